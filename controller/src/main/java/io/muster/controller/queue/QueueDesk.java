package io.muster.controller.queue;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Hub;
import io.muster.controller.ask.Hub.HubException;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueEntry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What waits at the hub for nodes that are away, asked over the bus; every method throws {@link
 * HubException} if the hub would not, or did not answer. For one thread.
 */
public final class QueueDesk {
    /** What one question to the hub may carry. */
    private static final int MOST = 50;

    private static final int MOST_BYTES = 160 << 10;

    /** So many names are asked about, or taken back, with one question. */
    private static final int MOST_NAMES = 500;

    /** Each question has the hub write many things to its disk, and others may be before it. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Hub hub;

    /** The queue of that hub. */
    public QueueDesk(Hub hub) {
        this.hub = hub;
    }

    /** The queue of the hub, with the time that it may need to write down what it is told. */
    public static QueueDesk patient(Caller caller) {
        return new QueueDesk(new Hub(caller, PATIENCE));
    }

    /** Into how many questions these go: each is kept as a whole, or not at all. */
    public static List<List<Asked>> shares(List<Asked> requests) {
        var shares = new ArrayList<List<Asked>>();
        var share = new ArrayList<Asked>();
        long size = 0;
        for (var asked : requests) {
            var more = asked.message().base64().length();
            if (!share.isEmpty() && (share.size() == MOST || size + more > MOST_BYTES)) {
                shares.add(List.copyOf(share));
                share.clear();
                size = 0;
            }
            share.add(asked);
            size += more;
        }
        if (!share.isEmpty()) {
            shares.add(List.copyOf(share));
        }
        return shares;
    }

    /** Leaves these there; says why not, of those that the hub does not keep. */
    public Map<RequestId, String> put(List<Asked> share) throws InterruptedException {
        var envelopes = share.stream().map(asked -> asked.message().base64()).toList();
        var arguments = Fields.EMPTY.with("requests", Value.texts(envelopes));
        return refused(hub.ask("hub.queue", arguments), "request", RequestId::new);
    }

    /** For which of these nodes nothing could be left there now, and why not. */
    public Map<NodeId, String> full(List<NodeId> nodes) throws InterruptedException {
        var full = new LinkedHashMap<NodeId, String>();
        // Asked also if nobody is away: a hub may keep nothing at all.
        for (int from = 0; from == 0 || from < nodes.size(); from += MOST_NAMES) {
            var share = nodes.subList(from, Math.min(from + MOST_NAMES, nodes.size()));
            var names = Value.texts(share.stream().map(NodeId::value).toList());
            var told = hub.ask("hub.queue", Fields.EMPTY.with("nodes", names));
            full.putAll(refused(told, "node", NodeId::new));
        }
        return full;
    }

    private static <T> Map<T, String> refused(
            List<Fields> parts, String kind, Function<String, T> type) {
        var refused = new LinkedHashMap<T, String>();
        try {
            for (var row : rows(parts, "refused")) {
                var reader = new FieldReader("queue", row);
                refused.put(reader.text(kind, type), reader.text("why"));
            }
            return refused;
        } catch (MalformedException e) {
            throw nonsense(e);
        }
    }

    /** What is known there of these. */
    public List<QueueEntry> look(List<RequestId> requests) throws InterruptedException {
        return each("hub.queued", "requests", ids(requests));
    }

    /** What is there; {@code arguments} as the hub's question has them. */
    public List<QueueEntry> list(Fields arguments) throws InterruptedException {
        return entries(hub.ask("hub.queued", arguments));
    }

    /** Takes the operator's own back; says how far each had come. */
    public List<QueueEntry> withdraw(List<RequestId> requests) throws InterruptedException {
        return each("hub.withdraw", "requests", ids(requests));
    }

    /** Takes back what is at these places, whosever it is; says how far each had come. */
    public List<QueueEntry> withdrawAt(List<Long> places) throws InterruptedException {
        return each("hub.withdraw", "places", places.stream().map(p -> Long.toString(p)).toList());
    }

    private static List<String> ids(List<RequestId> requests) {
        return requests.stream().map(RequestId::value).toList();
    }

    private List<QueueEntry> each(String action, String kind, List<String> names)
            throws InterruptedException {
        var entries = new ArrayList<QueueEntry>();
        for (int from = 0; from < names.size(); from += MOST_NAMES) {
            var share = names.subList(from, Math.min(from + MOST_NAMES, names.size()));
            entries.addAll(entries(hub.ask(action, Fields.EMPTY.with(kind, Value.texts(share)))));
        }
        return entries;
    }

    /** How far those have come whose whole ids are told. */
    public static Map<RequestId, Standing> standings(List<QueueEntry> entries) {
        var standings = new LinkedHashMap<RequestId, Standing>();
        for (var entry : entries) {
            entry.id().ifPresent(id -> standings.put(id, new Standing.There(entry.state())));
        }
        return standings;
    }

    private static List<QueueEntry> entries(List<Fields> parts) {
        try {
            return rows(parts, "requests").stream().map(QueueEntry::of).toList();
        } catch (MalformedException e) {
            throw nonsense(e);
        }
    }

    private static List<Fields> rows(List<Fields> parts, String kind) {
        var rows = new ArrayList<Fields>();
        try {
            for (var part : parts) {
                var items = new FieldReader("queue", part).optionalItems(kind).orElse(List.of());
                for (var row : items) {
                    if (!(row instanceof Fields fields)) {
                        throw new MalformedException("queue: a row that is none");
                    }
                    rows.add(fields);
                }
            }
            return rows;
        } catch (MalformedException e) {
            throw nonsense(e);
        }
    }

    private static HubException nonsense(MalformedException e) {
        return new HubException("the hub handed out nonsense: " + e.problem());
    }
}
