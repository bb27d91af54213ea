package io.muster.hub.presence;

import io.muster.message.Request;
import io.muster.message.RequestId;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Requests that were answered, until they expire: whoever repeats one makes no work. The questions
 * only read, so it is enough to remember the most recent ones. Thread-safe.
 */
final class SeenRequests {
    private static final int REMEMBERED = 10_000;

    private final Map<RequestId, Instant> expiries =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<RequestId, Instant> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /** Whether it was not seen before; notes it down. */
    synchronized boolean first(Request request, Instant now) {
        expiries.values().removeIf(expiry -> !now.isBefore(expiry));
        return expiries.putIfAbsent(request.id(), request.expires()) == null;
    }
}
