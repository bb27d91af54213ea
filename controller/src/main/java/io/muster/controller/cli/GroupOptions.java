package io.muster.controller.cli;

import io.muster.controller.render.Grouping;
import io.muster.controller.render.Grouping.Similar;

import picocli.CommandLine.Option;

import java.util.Optional;

/** How much of what the nodes answered is shown once. */
final class GroupOptions {
    @Option(names = "--no-group", description = "One block for each node.")
    private boolean noGroup;

    @Option(
            names = "--mask",
            negatable = true,
            description = {
                "Show answers once that differ only in numbers, times,",
                "ids and addresses; without either: if more than 8",
                "different answers came."
            })
    private Optional<Boolean> mask = Optional.empty();

    @Option(
            names = "--diff",
            description = {
                "Show the answer of the most nodes, and of the others",
                "only in what lines they differ from it."
            })
    private boolean diff;

    /** Whether anything is said about that. */
    boolean given() {
        return noGroup || diff || mask.isPresent();
    }

    /** Complains about what does not go together. */
    void check(OutputOptions.Form form) {
        if (noGroup && (diff || mask.isPresent())) {
            throw new UsageException("--no-group shows each answer whole: no --diff and no --mask");
        }
        if (form != OutputOptions.Form.TEXT && given()) {
            throw new UsageException("--diff, --mask and --no-group are about --output text");
        }
    }

    Grouping grouping() {
        if (noGroup) {
            return Grouping.NONE;
        }
        var similar = mask.map(on -> on ? Similar.TOGETHER : Similar.APART);
        return new Grouping(true, similar.orElse(Similar.IF_MANY), diff);
    }
}
