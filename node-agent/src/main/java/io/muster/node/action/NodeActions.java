package io.muster.node.action;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.Input;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.node.host.HostName;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node does about itself: say that it is there, tell what it is, restart, change its name.
 */
final class NodeActions {
    /** The most bytes of specs in one answer. */
    private static final int MAX_SPECS = 96 * 1024;

    private NodeActions() {}

    static List<Action> all() {
        return List.of(
                Action.of(BuiltIn.NODE_PING, NodeActions::ping),
                Action.of(BuiltIn.NODE_INVENTORY, NodeActions::inventory),
                Action.of(BuiltIn.NODE_ACTIONS, NodeActions::actions),
                Action.of(BuiltIn.NODE_REBOOT, NodeActions::reboot),
                Action.of(BuiltIn.NODE_RENAME, NodeActions::rename));
    }

    private static Performed ping(Input input, ActionContext context) {
        return Performed.done(Outcome.ok("here"));
    }

    private static Performed inventory(Input input, ActionContext context) {
        var node = context.node();
        var facts = node.facts().current();
        var wanted = input.optionalTexts("facts");
        if (wanted.isPresent()) {
            var chosen = new Chosen(facts, wanted.get());
            return ok(chosen.told(), Fields.EMPTY.with("facts", chosen.facts()));
        }
        var names = node.actions().names().stream().map(ActionName::value).toList();
        var collectives = node.collectives().stream().map(Collective::value).toList();
        var data =
                Fields.EMPTY
                        .with("facts", facts)
                        .with("classes", Value.texts(List.copyOf(node.classes().current())))
                        .with("actions", Value.texts(names))
                        .with("collectives", Value.texts(collectives))
                        .with("version", node.version())
                        .with("boot", node.host().bootId())
                        .with("started", node.started().toEpochMilli());
        var problems = node.facts().problems();
        return problems.isEmpty()
                ? ok(facts.members().size() + " facts", data)
                : ok(
                        facts.members().size() + " facts, and not all could be told",
                        data.with("problems", lines(problems)));
    }

    private static Performed actions(Input input, ActionContext context) {
        var specs = new ArrayList<Value>();
        var bytes = 0;
        var all = context.node().actions().specs();
        for (ActionSpec spec : all) {
            var form = spec.toValue();
            bytes += Json.write(form).length();
            if (bytes <= MAX_SPECS) {
                specs.add(form);
            }
        }
        var data = Fields.EMPTY.with("actions", new Items(specs));
        var told = specs.size() + " actions";
        if (specs.size() < all.size()) {
            told += ", and " + (all.size() - specs.size()) + " more that do not fit one answer";
        }
        var problems = context.node().actions().problems();
        return problems.isEmpty()
                ? ok(told, data)
                : ok(
                        told + "; " + problems.size() + " cannot be used",
                        data.with("problems", lines(problems)));
    }

    private static Performed reboot(Input input, ActionContext context) throws IOException {
        var delay = input.span("delay");
        var reason = input.optionalText("reason").orElse("");
        var deed = context.host().reboot(delay, reason);
        return new Performed.GoingDown("going down in " + Spans.print(delay), delay, deed);
    }

    private static Performed rename(Input input, ActionContext context) throws IOException {
        HostName name;
        try {
            name = new HostName(input.text("name"));
        } catch (IllegalArgumentException e) {
            return Performed.done(
                    new Outcome.Refused(Reason.INVALID_INPUT, String.valueOf(e.getMessage())));
        }
        var names = context.host().names();
        var before = names.full();
        var changes = names.rename(name, context.dryRun());
        context.node().facts().expire();
        var after = context.dryRun() ? name.value() : names.full();
        var data =
                Fields.EMPTY
                        .with("before", before)
                        .with("after", after)
                        .with("changes", lines(changes));
        if (changes.isEmpty()) {
            return ok("the host name is " + after + " already", data);
        }
        var told = context.dryRun() ? "the host name would be " : "the host name is ";
        return Performed.done(new Outcome.Changed(told + after, data));
    }

    private static Performed ok(String message, Fields data) {
        return Performed.done(new Outcome.Ok(message, data));
    }

    private static Items lines(List<String> lines) {
        return Value.texts(lines.stream().limit(100).map(Escape::line).toList());
    }
}
