package io.muster.controller.cli;

import picocli.CommandLine.Option;

/** What makes a change deliberate. */
final class RunOptions {
    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(names = "--all-nodes", description = "Yes, every node: needed without a filter.")
    private boolean allNodes;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask for the number of nodes.")
    private boolean yes;

    @Option(names = "--no-group", description = "One block for each node.")
    private boolean noGroup;

    boolean dryRun() {
        return dryRun;
    }

    boolean allNodes() {
        return allNodes;
    }

    boolean yes() {
        return yes;
    }

    boolean grouped() {
        return !noGroup;
    }
}
