package io.muster.node;

import io.muster.message.Bytes;
import io.muster.threads.Threads;
import io.muster.transport.Receiver;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What waited at the hub for this node and came while a change was under way: it stays here in its
 * order, and each is judged when its turn comes as if it came then. It is not written down: the hub
 * hands out again what was lost. Thread-safe.
 */
final class PutOff {
    /** What does not fit in is forgotten, and all that comes after it. */
    static final long MOST_BYTES = 8L << 20;

    private final Underway underway;
    private final Map<String, Bytes> line = new LinkedHashMap<>();
    private Optional<Server> server = Optional.empty();
    private Optional<String> turn = Optional.empty();
    private boolean stays;
    private boolean full;
    private long bytes;

    /** Who takes what comes out of here, and on which threads. */
    private record Server(Receiver receiver, Threads threads) {}

    PutOff(Underway underway) {
        this.underway = underway;
    }

    /** From now on what is put off stays here, until it is handed to that one. */
    synchronized void servedBy(Receiver receiver, Threads threads) {
        server = Optional.of(new Server(receiver, threads));
        underway.whenFree(this::serve);
    }

    /** Whether it has to wait for a change that is under way, or for others before it. */
    synchronized boolean keeps(Question question) {
        var request = question.request();
        if (!request.queued() || !request.changes()) {
            return false;
        }
        var busy = underway.busy().isPresent();
        if (server.isEmpty()) {
            return busy;
        }
        if (turn.filter(question.digest()::equals).isPresent()) {
            // Another change may have begun since it was taken out of the line.
            stays = busy;
            return busy;
        }
        if (!busy && turn.isEmpty() && line.isEmpty()) {
            return false;
        }
        full = full || bytes + question.message().length() > MOST_BYTES;
        if (!full && line.putIfAbsent(question.digest(), question.message()) == null) {
            bytes += question.message().length();
        }
        return true;
    }

    /** A change may begin: those that wait are handed on, until one of them has begun. */
    private synchronized void serve() {
        if (!line.isEmpty() && server.isPresent()) {
            server.get().threads().start("put-off", this::handOn);
        }
    }

    private void handOn() {
        for (var next = next(); next.isPresent(); next = next()) {
            next.get().run();
        }
    }

    /** The first of them, if it may be tried now and nobody else is at it. */
    private synchronized Optional<Runnable> next() {
        if (line.isEmpty()) {
            full = false;
        }
        if (line.isEmpty() || turn.isPresent() || underway.busy().isPresent()) {
            return Optional.empty();
        }
        var first = line.entrySet().iterator().next();
        var digest = first.getKey();
        var message = first.getValue();
        turn = Optional.of(digest);
        stays = false;
        return server.map(
                s ->
                        () -> {
                            try {
                                s.receiver().receive(message);
                            } finally {
                                over(digest);
                            }
                        });
    }

    private synchronized void over(String digest) {
        turn = Optional.empty();
        if (stays) {
            return;
        }
        bytes -= Optional.ofNullable(line.remove(digest)).map(Bytes::length).orElse(0);
    }
}
