package io.muster.broker;

import org.apache.activemq.broker.region.Destination;
import org.apache.activemq.broker.region.Queue;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Reply queues whose reader left and did not come back: what waits there keeps memory from others,
 * and nobody will miss it.
 */
final class AbandonedReplies {
    private static final String REPLIES = "muster.reply.";

    private final Duration patience;
    private final Refusals refusals;
    private final Map<Queue, Long> since = new HashMap<>();

    AbandonedReplies(Duration patience, Refusals refusals) {
        this.patience = patience;
        this.refusals = refusals;
    }

    /**
     * Empties the queues that were seen without a reader for long enough.
     *
     * @param all destinations there are
     * @param now nanoseconds on any clock that does not go back
     */
    synchronized void empty(Collection<Destination> all, long now) {
        var unread =
                all.stream()
                        .filter(Queue.class::isInstance)
                        .map(Queue.class::cast)
                        .filter(AbandonedReplies::unread)
                        .toList();
        since.keySet().retainAll(unread);
        for (var queue : unread) {
            var first = since.computeIfAbsent(queue, q -> now);
            if (now - first >= patience.toNanos()) {
                empty(queue);
                since.remove(queue);
            }
        }
    }

    private static boolean unread(Queue queue) {
        var counts = queue.getDestinationStatistics();
        return queue.getName().startsWith(REPLIES)
                && counts.getConsumers().getCount() == 0
                && counts.getMessages().getCount() > 0;
    }

    private void empty(Queue queue) {
        var messages = queue.getDestinationStatistics().getMessages().getCount();
        refusals.count("replies that nobody reads", queue.getName(), messages + " dropped");
        try {
            queue.purge();
        } catch (Exception e) {
            throw new IllegalStateException("cannot empty " + queue.getName(), e);
        }
    }
}
