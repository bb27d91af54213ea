package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.config.IoReason;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.Fold;
import io.muster.controller.render.Names;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Stands between a change and a whole fleet that nobody meant. */
final class Consent {
    private static final int SHOWN = 20;

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

    /**
     * Has the number of nodes typed back, if somebody is there to ask: for all nodes, and for what
     * cannot be undone on more nodes than were named one by one. Where nobody is, the latter needs
     * a word: a filter does not say how many it finds.
     */
    void confirm(ActionSpec spec, Targets found) {
        var unnamed = found.all().size() > targets.named();
        var unmeant =
                !targets.selective() || (spec.actionClass() == ActionClass.DESTRUCTIVE && unnamed);
        if (harmless(spec) || options.yes() || found.all().isEmpty() || !unmeant) {
            return;
        }
        if (around.inTerminal()) {
            ask(spec, found);
        } else if (targets.selective()) {
            throw new UsageException(
                    spec.name()
                            + " ("
                            + spec.actionClass()
                            + ") on "
                            + nodes(found)
                            + ", and nobody is there to ask: --yes, if it is for all of them;"
                            + " nothing was sent");
        }
    }

    private void ask(ActionSpec spec, Targets found) {
        var number = Integer.toString(found.all().size());
        around.err()
                .print(
                        spec.name()
                                + " ("
                                + spec.actionClass()
                                + ") on "
                                + (targets.selective() ? "" : "all ")
                                + nodes(found)
                                + ".\nType their number to go on: ");
        around.err().flush();
        if (!number.equals(typed(around))) {
            throw new UsageException("not confirmed: nothing was sent");
        }
    }

    private static String nodes(Targets found) {
        var all = found.all();
        var names = Names.ofTargets(all);
        var shown = Fold.fold(all.stream().map(names::of).toList());
        return all.size()
                + (all.size() == 1 ? " node: " : " nodes: ")
                + String.join(", ", shown.subList(0, Math.min(SHOWN, shown.size())))
                + (shown.size() > SHOWN ? " and others" : "");
    }

    private boolean harmless(ActionSpec spec) {
        return spec.actionClass() == ActionClass.READ || options.dryRun();
    }

    /** A line that somebody types. */
    static String typed(Surroundings around) {
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
