package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.config.IoReason;
import io.muster.controller.discovery.Targets;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Stands between a change and a whole fleet that nobody meant. */
final class Consent {
    private final Surroundings around;
    private final TargetOptions targets;
    private final RunOptions options;

    Consent(Surroundings around, TargetOptions targets, RunOptions options) {
        this.around = around;
        this.targets = targets;
        this.options = options;
    }

    /** Refuses what names no nodes and does not say that it means all of them. */
    void checkSelection(ActionSpec spec) {
        if (!harmless(spec) && !targets.selective() && !options.allNodes()) {
            throw new UsageException(
                    spec.name()
                            + " is of the class "
                            + spec.actionClass()
                            + " and no nodes are named: give a filter (-I, -F, -C ...), or"
                            + " --all-nodes if it is for all of them");
        }
    }

    /** Has the number of nodes typed back, if all are meant and somebody is there to ask. */
    void confirm(ActionSpec spec, Targets found) {
        if (harmless(spec)
                || targets.selective()
                || options.yes()
                || !around.inTerminal()
                || found.all().isEmpty()) {
            return;
        }
        var number = Integer.toString(found.all().size());
        around.err()
                .print(
                        spec.name()
                                + " ("
                                + spec.actionClass()
                                + ") on all "
                                + number
                                + " nodes. Type their number to go on: ");
        around.err().flush();
        if (!number.equals(typed())) {
            throw new UsageException("not confirmed: nothing was sent");
        }
    }

    private boolean harmless(ActionSpec spec) {
        return spec.actionClass() == ActionClass.READ || options.dryRun();
    }

    private String typed() {
        try {
            var reader =
                    new BufferedReader(new InputStreamReader(around.in(), StandardCharsets.UTF_8));
            var line = reader.readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            throw new UsageException("nobody can confirm: " + IoReason.of(e));
        }
    }
}
