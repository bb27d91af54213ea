package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Target;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.NoRunException;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What is taken back from the hub's queue: found by what people call it, and then asked about. */
final class TakenBack {
    private static final String REQUEST = "[0-9a-f]{8}|[0-9a-f]{32}";

    private final Surroundings around;
    private final CommonOptions options;
    private final boolean others;
    private final boolean yes;

    /**
     * @param others whether also what others have left
     * @param yes whether nobody is asked
     */
    TakenBack(Surroundings around, CommonOptions options, boolean others, boolean yes) {
        this.around = around;
        this.options = options;
        this.others = others;
        this.yes = yes;
    }

    /** Takes it back, and says how far it had come. */
    List<QueueEntry> take(String word) throws InterruptedException {
        var run = run(word);
        try (var session = Session.open(around, options, Optional.empty())) {
            var desk = QueueDesk.patient(session.caller());
            var found = run.isPresent() ? desk.look(run.get()) : named(word, desk, session);
            if (found.isEmpty()) {
                throw new UnableException(
                        "nothing " + (others ? "" : "of yours ") + "waits for " + shown(word),
                        ExitCode.NOBODY);
            }
            confirm(found, session);
            return desk.withdrawAt(found.stream().map(QueueEntry::place).toList());
        }
    }

    private static String shown(String word) {
        return Escape.quoted(word);
    }

    /** What that run left there; empty if it is none, but may be something else. */
    private Optional<List<RequestId>> run(String word) {
        var config = new ConfigFile(around, options).read();
        try {
            var run = new RunsDirectory(config.runs(), config.keepRuns()).find(word).read();
            return Optional.of(List.copyOf(run.past().queue().keySet()));
        } catch (NoRunException e) {
            try {
                new NodeId(word);
                return Optional.empty();
            } catch (IllegalArgumentException _) {
                throw e;
            }
        }
    }

    /** The request of that id, or what waits for the node of that id or name. */
    private List<QueueEntry> named(String word, QueueDesk desk, Session session)
            throws InterruptedException {
        var all = desk.list(others ? Fields.EMPTY : Fields.EMPTY.with("own", true));
        var requests = all.stream().filter(entry -> is(entry, word)).toList();
        if (!requests.isEmpty() || all.isEmpty()) {
            return requests;
        }
        var nodes = new HashSet<NodeId>();
        all.stream()
                .map(QueueEntry::node)
                .filter(id -> id.value().equals(word))
                .forEach(nodes::add);
        if (nodes.isEmpty()) {
            var search = Search.of(Filter.EVERYTHING).among(List.of(word));
            session.find(search).all().stream().map(Target::id).forEach(nodes::add);
        }
        return all.stream()
                .filter(entry -> entry.state() == QueueState.WAITING)
                .filter(entry -> nodes.contains(entry.node()))
                .toList();
    }

    private static boolean is(QueueEntry entry, String word) {
        return word.matches(REQUEST) && entry.request().startsWith(word);
    }

    /** Has their number typed back if they are many, or others'. */
    private void confirm(List<QueueEntry> found, Session session) {
        var self = session.caller().identity();
        var foreign = found.stream().anyMatch(entry -> !entry.sender().equals(self));
        if (yes || (found.size() == 1 && !foreign)) {
            return;
        }
        if (!around.inTerminal()) {
            if (foreign) {
                throw new UsageException(
                        found.size()
                                + " requests, also of others, and nobody is there to ask: --yes, if"
                                + " it is for all of them; nothing was taken back");
            }
            return;
        }
        var number = Integer.toString(found.size());
        var nodes = found.stream().map(QueueEntry::node).distinct().count();
        around.err()
                .print(
                        number
                                + (foreign ? " requests, also of others," : " requests")
                                + " for "
                                + nodes
                                + (nodes == 1 ? " node" : " nodes")
                                + ".\nType their number to take them back: ");
        around.err().flush();
        if (!number.equals(Consent.typed(around))) {
            throw new UsageException("not confirmed: nothing was taken back");
        }
    }
}
