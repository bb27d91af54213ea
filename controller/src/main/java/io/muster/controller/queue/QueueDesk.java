package io.muster.controller.queue;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Hub;
import io.muster.controller.ask.Hub.HubException;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueEntry;

import java.util.ArrayList;
import java.util.List;

/**
 * What waits at the hub for nodes that are away, asked over the bus; every method throws {@link
 * HubException} if the hub would not, or did not answer. For one thread.
 */
public final class QueueDesk {
    /** What one question to the hub may carry. */
    private static final int MOST = 50;

    private static final int MOST_BYTES = 160 << 10;

    private final Hub hub;

    /** The queue of that hub. */
    public QueueDesk(Hub hub) {
        this.hub = hub;
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

    /** Leaves these there, all or none. */
    public void put(List<Asked> share) throws InterruptedException {
        var envelopes = share.stream().map(asked -> asked.message().base64()).toList();
        hub.ask("hub.queue", Fields.EMPTY.with("requests", Value.texts(envelopes)));
    }

    /** What is known there of these. */
    public List<QueueEntry> look(List<RequestId> requests) throws InterruptedException {
        return entries(hub.ask("hub.queued", ids(requests)));
    }

    /** What is there; {@code arguments} as the hub's question has them. */
    public List<QueueEntry> list(Fields arguments) throws InterruptedException {
        return entries(hub.ask("hub.queued", arguments));
    }

    /** Takes the operator's own back; says how far each had come. */
    public List<QueueEntry> withdraw(List<RequestId> requests) throws InterruptedException {
        return entries(hub.ask("hub.withdraw", ids(requests)));
    }

    private static Fields ids(List<RequestId> requests) {
        return Fields.EMPTY.with(
                "requests", Value.texts(requests.stream().map(RequestId::value).toList()));
    }

    private static List<QueueEntry> entries(List<Fields> parts) {
        var entries = new ArrayList<QueueEntry>();
        try {
            for (var part : parts) {
                var reader = new FieldReader("queue", part);
                for (var row : reader.optionalItems("requests").orElse(List.of())) {
                    if (!(row instanceof Fields fields)) {
                        throw new MalformedException("queue: a request that is none");
                    }
                    entries.add(QueueEntry.of(fields));
                }
            }
            return entries;
        } catch (MalformedException e) {
            throw new HubException("the hub handed out nonsense: " + e.problem());
        }
    }
}
