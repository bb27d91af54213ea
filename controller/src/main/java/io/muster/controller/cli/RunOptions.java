package io.muster.controller.cli;

import io.muster.controller.discovery.Targets;
import io.muster.controller.render.LiveRenderer;

import picocli.CommandLine.Option;

/** What makes a change deliberate. */
final class RunOptions {
    @Option(
            names = "--dry-run",
            description = {
                "Only say who would be sent to, in which steps; and",
                "what would be changed there, if the action can."
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

    @Option(
            names = "--follow",
            description = {
                "Show what the programs say and how far they are while they run;",
                "with text and jsonl."
            })
    private boolean follow;

    boolean follow() {
        return follow;
    }

    /** Complains now about what would otherwise be found out after the discovery. */
    void check(OutputOptions.Form form, ApprovalOptions approvals) {
        if (!follow) {
            return;
        }
        if (form == OutputOptions.Form.JSON || form == OutputOptions.Form.NAMES) {
            throw new UsageException("--follow goes with --output text and jsonl");
        }
        if (approvals.wanted() || approvals.from().isPresent()) {
            throw new UsageException("--follow: what others approve is not followed");
        }
    }

    /** These targets, with word that they are many to be followed, if they are. */
    Targets followed(Targets targets) {
        var many = targets.online().size();
        return follow && many > LiveRenderer.MANY
                ? targets.noting("following " + many + " nodes at once: --batch makes them fewer")
                : targets;
    }

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
