package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Nearest;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out from the nodes what an action of their own is. Not every node has the same ones: if the
 * first does not know it, those are asked who announced it.
 */
final class NodeSpecs {
    private static final int MOST = 3;

    private final Session session;
    private final ActionName action;
    private final Targets found;
    private final Duration limit;
    private final List<Entry> asked = new ArrayList<>();
    private final LinkedHashSet<String> names = new LinkedHashSet<>();
    private boolean described;

    /** What asking came to. */
    sealed interface Answer {
        /** It is this. */
        record Known(ActionSpec spec) implements Answer {}

        /** Nobody described anything, so nothing can be sent; the report says why not. */
        record Unsaid(Report report) implements Answer {}
    }

    /**
     * @param limit how long to wait for a description
     */
    NodeSpecs(Session session, ActionName action, Targets found, Duration limit) {
        this.session = session;
        this.action = action;
        this.found = found;
        this.limit = limit;
    }

    /**
     * Asks.
     *
     * @param queued whether it may wait for those who are away: then anybody will do who has it
     * @throws UsageException if those who say what they can do cannot do that
     */
    Answer ask(TargetOptions options, boolean queued) throws InterruptedException {
        var online =
                found.online().stream()
                        .sorted(Comparator.comparing(node -> node.presence() != Presence.UP))
                        .toList();
        var spec = online.isEmpty() ? Optional.<ActionSpec>empty() : ask(online.subList(0, 1));
        if (spec.isEmpty() && online.size() > 1) {
            spec = ask(others(online, options));
        }
        if (online.isEmpty() && queued) {
            spec = ask(session.able(action, new TargetOptions()).stream().limit(MOST).toList());
        }
        if (spec.isPresent()) {
            return new Answer.Known(spec.get());
        }
        if (described) {
            throw new UsageException("no action " + action + hint());
        }
        var notice =
                "no node could say what "
                        + action
                        + " is, so it was not sent"
                        + (queued ? ", nor left at the hub" : "");
        var known = asked.stream().filter(entry -> found.all().contains(entry.target())).toList();
        return new Answer.Unsaid(Report.notSent(action, found.noting(notice), known));
    }

    private String hint() {
        var who = Escape.line(asked.getFirst().name());
        return Nearest.hint(action.value(), names)
                + "; muster actions --node "
                + who
                + " lists them";
    }

    /** Who announced it; and, if the first said nothing at all, anybody else. */
    private List<Target> others(List<Target> online, TargetOptions options)
            throws InterruptedException {
        var announced =
                new HashSet<>(session.able(action, options).stream().map(Target::id).toList());
        var rest = online.subList(1, online.size());
        return Stream.concat(
                        rest.stream().filter(node -> announced.contains(node.id())),
                        rest.stream().filter(node -> !described && !announced.contains(node.id())))
                .limit(MOST)
                .toList();
    }

    private Optional<ActionSpec> ask(List<Target> nodes) throws InterruptedException {
        if (nodes.isEmpty()) {
            return Optional.empty();
        }
        var spec = BuiltIn.NODE_ACTIONS;
        var run =
                new Run(
                        spec.name(),
                        spec.actionClass(),
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        spec.timeout().plus(session.config().margin()),
                        limit);
        var targets = new Targets(nodes, List.of(), found.method(), found.took(), List.of());
        var report = session.fleet().run(run, targets, _ -> {});
        if (report.stopped()) {
            throw new InterruptedException();
        }
        asked.addAll(report.entries());
        return report.entries().stream().flatMap(entry -> specs(entry).stream()).findFirst();
    }

    /** That action, if the node has it; notes what else it has. */
    private Optional<ActionSpec> specs(Entry entry) {
        if (!entry.state().good()) {
            return Optional.empty();
        }
        described = true;
        var specs = read(entry);
        specs.forEach(spec -> names.add(spec.name().value()));
        return specs.stream().filter(spec -> spec.name().equals(action)).findFirst();
    }

    /**
     * The specs in an answer of {@code node.actions}.
     *
     * @throws UnableException if there are none in a form that is known here
     */
    static List<ActionSpec> read(Entry entry) {
        var name = Escape.line(entry.name());
        var data = entry.outcome().map(Outcome::result).orElse(Fields.EMPTY);
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
