package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.discovery.BroadcastDiscovery;
import io.muster.controller.discovery.PresenceDiscovery;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import java.util.List;

/** Verbs that are about one node, which is named. */
final class OneNode {
    private final Session session;
    private final TimeOptions times;

    OneNode(Session session, TimeOptions times) {
        this.session = session;
        this.times = times;
    }

    /**
     * Who that is.
     *
     * @throws UnableException if nobody is called so, or more than one
     */
    Targets find(String name) throws InterruptedException {
        var found = search(name);
        if (found.all().isEmpty()) {
            throw new UnableException("no node is called " + Escape.quoted(name), ExitCode.NOBODY);
        }
        if (found.all().size() > 1) {
            var names = found.all().stream().map(OneNode::withId).toList();
            throw new UnableException(
                    "several nodes are called "
                            + Escape.quoted(name)
                            + ": say which: "
                            + String.join(", ", names));
        }
        return found;
    }

    private Targets search(String name) throws InterruptedException {
        var patience = session.config().patience();
        var caller = session.caller();
        var nodes = new BroadcastDiscovery(caller, patience, false);
        var search = Search.of(Filter.EVERYTHING).among(List.of(name));
        return session.fleet().find(new PresenceDiscovery(caller, patience, nodes), search);
    }

    /**
     * Two hosts of one name are found out by whoever reaches the wrong one.
     *
     * @throws UnableException if another node has that name already
     */
    void refuseTaken(String name, NodeId but) throws InterruptedException {
        for (var other : search(name).all()) {
            if (!other.id().equals(but) && other.name().equals(name)) {
                throw new UnableException("another node has that name: " + withId(other));
            }
        }
    }

    private static String withId(Target node) {
        return Escape.line(node.name()) + " (" + node.id() + ")";
    }

    /** Runs the action there. */
    Report run(ActionSpec spec, Fields arguments, Targets one, boolean dryRun)
            throws InterruptedException {
        var run = times.run(spec, arguments, Filter.EVERYTHING, dryRun, session.config());
        return session.fleet().run(run, session.fleet().ready(run, one), _ -> {});
    }

    /** The only line of a report about one node. */
    static Entry only(Report report) {
        return report.entries().getFirst();
    }

    /** What there is to say if it is not done; the code says the same. */
    static String problem(Report report) {
        var entry = only(report);
        var why = entry.outcome().map(Outcome::message).map(m -> ": " + Escape.line(m)).orElse("");
        return switch (ExitCode.of(report)) {
            case STOPPED -> "stopped; the node goes on if it has the request";
            case DONE, UNABLE, USAGE, NOBODY, FAILED, INCOMPLETE ->
                    Escape.line(entry.name()) + ": " + entry.state() + why;
        };
    }
}
