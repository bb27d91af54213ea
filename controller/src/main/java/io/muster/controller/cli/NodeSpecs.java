package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.controller.Entry;
import io.muster.controller.Run;
import io.muster.controller.discovery.Targets;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.ArrayList;
import java.util.List;

/** Asks a node which actions it has, those that came with its own executables among them. */
final class NodeSpecs {
    private final Session session;

    NodeSpecs(Session session) {
        this.session = session;
    }

    /**
     * The specs of all actions of the first of those nodes that is there.
     *
     * @throws UnableException if none of them is, or it does not say
     */
    List<ActionSpec> of(Targets targets) throws InterruptedException {
        var online = targets.online();
        if (online.isEmpty()) {
            throw new UnableException("no node is there to ask for its actions");
        }
        var first =
                new Targets(
                        online.subList(0, 1),
                        List.of(),
                        targets.method(),
                        targets.took(),
                        List.of());
        var spec = BuiltIn.NODE_ACTIONS;
        var config = session.config();
        var run =
                new Run(
                        spec.name(),
                        spec.actionClass(),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        spec.timeout().plus(config.margin()),
                        spec.timeout().plus(config.margin()));
        var report = session.fleet().run(run, first, _ -> {});
        if (report.stopped()) {
            throw new InterruptedException();
        }
        return read(report.entries().getFirst());
    }

    private static List<ActionSpec> read(Entry entry) {
        var name = Escape.line(entry.name());
        var outcome =
                entry.outcome().orElseThrow(() -> new UnableException(name + " does not answer"));
        if (!(outcome instanceof Outcome.Ok(_, Fields data))) {
            throw new UnableException(
                    name
                            + " does not tell its actions: "
                            + outcome.word()
                            + ": "
                            + Escape.line(outcome.message()));
        }
        if (!(data.member("actions").orElse(Value.of("")) instanceof Items(List<Value> items))) {
            throw new UnableException(name + " does not tell its actions in a form known here");
        }
        var specs = new ArrayList<ActionSpec>();
        for (var item : items) {
            if (item instanceof Fields form) {
                specs.add(spec(name, form));
            }
        }
        return specs;
    }

    private static ActionSpec spec(String name, Fields form) {
        try {
            return ActionSpec.of(form);
        } catch (MalformedException e) {
            throw new UnableException(
                    name + " describes an action that makes no sense: " + e.problem());
        }
    }
}
