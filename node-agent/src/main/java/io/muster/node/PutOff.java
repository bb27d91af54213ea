package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Request;
import io.muster.threads.Threads;
import io.muster.transport.Receiver;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What waited at the hub for this node and came while a change was under way: it stays here in its
 * order, and each is judged when its turn comes as if it came then. It is not written down: the hub
 * hands out again what was lost. Thread-safe.
 */
final class PutOff {
    /** What is kept of one sender, so that nobody shuts it for the others. */
    static final long MOST_OF_ONE = 1L << 20;

    private static final long MOST = 8 * MOST_OF_ONE;

    private final Underway underway;
    private final ReentrantLock deciding = new ReentrantLock();
    private final Map<String, Kept> line = new LinkedHashMap<>();

    /** Of whom one did not fit in: what comes later is not kept before that has come again. */
    private final Set<Identity> full = new HashSet<>();

    private Optional<Server> server = Optional.empty();
    private Optional<String> turn = Optional.empty();
    private boolean stays;

    private record Kept(Identity sender, Bytes message) {
        int size() {
            return message.length();
        }
    }

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

    /**
     * Decides about it, and takes its place if it has one. Where some wait for theirs, it is
     * decided about one change after the other: none takes the place between the look whether it is
     * free and the taking. What only looks, or stops others, is not held up; nor is anybody where
     * nobody waits. The decision must not wait for anything.
     */
    <T> T inTurn(Question question, Supplier<T> decision) {
        if (!takesTurn(question.request())) {
            return decision.get();
        }
        deciding.lock();
        try {
            return decision.get();
        } finally {
            deciding.unlock();
        }
    }

    private synchronized boolean takesTurn(Request request) {
        return server.isPresent() && request.changes();
    }

    /**
     * Whether it has to wait for a change that is under way, or for others before it; asked in its
     * {@linkplain #inTurn turn}.
     */
    synchronized boolean keeps(Question question) {
        var request = question.request();
        if (!request.queued() || !request.changes()) {
            return false;
        }
        // Where nobody serves it, whoever passed it on keeps it, or is told that it is too much.
        if (server.isEmpty()) {
            return false;
        }
        var busy = busy();
        if (hasTurn(question)) {
            // Another change may have begun since it was taken out of the line.
            stays = busy;
            return busy;
        }
        if (!busy && turn.isEmpty() && line.isEmpty()) {
            return false;
        }
        if (!line.containsKey(question.digest())) {
            keep(question.digest(), new Kept(request.sender(), question.message()));
        }
        return true;
    }

    /** Whether it is out of the line, and judged now. */
    synchronized boolean hasTurn(Question question) {
        return turn.filter(question.digest()::equals).isPresent();
    }

    private boolean busy() {
        return underway.busy().isPresent() || underway.full();
    }

    private void keep(String digest, Kept one) {
        var all = line.values().stream().mapToLong(Kept::size).sum();
        var own = line.values().stream().filter(k -> k.sender().equals(one.sender()));
        if (all + one.size() > MOST || own.mapToLong(Kept::size).sum() + one.size() > MOST_OF_ONE) {
            full.add(one.sender());
        }
        if (!full.contains(one.sender())) {
            line.put(digest, one);
        }
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
        full.removeIf(who -> line.values().stream().noneMatch(k -> k.sender().equals(who)));
        if (line.isEmpty() || turn.isPresent() || busy()) {
            return Optional.empty();
        }
        var first = line.entrySet().iterator().next();
        var digest = first.getKey();
        var message = first.getValue().message();
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
        if (!stays) {
            line.remove(digest);
        }
    }
}
