package io.muster.controller.cli;

import picocli.CommandLine.Option;

/** What makes a change deliberate. */
final class RunOptions {
    @Option(
            names = "--dry-run",
            description = {
                "Only say who would be sent to, in which steps; and what would",
                "be changed there, if the action can."
            })
    private boolean dryRun;

    @Option(names = "--all-nodes", description = "Yes, every node: needed without a filter.")
    private boolean allNodes;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask for the number of nodes.")
    private boolean yes;

    @Option(
            names = "--challenge",
            description = {
                "Quote the nonces that nodes announced which do not trust their clocks",
                "(clock = challenge): what their clocks say does not matter then."
            })
    private boolean challenge;

    boolean challenge() {
        return challenge;
    }

    boolean dryRun() {
        return dryRun;
    }

    boolean allNodes() {
        return allNodes;
    }

    boolean yes() {
        return yes;
    }
}
