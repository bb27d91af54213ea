package io.muster.hub.presence;

import io.muster.broker.Turnstile;
import io.muster.message.Identity;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/**
 * Who is answered when: a few at once, but each caller one after the other, so that one who asks
 * and asks waits for himself and keeps nobody else waiting. Thread-safe.
 */
final class Turns {
    private final Semaphore atOnce;
    private final Turnstile<Identity> waiting;
    private final ConcurrentMap<Identity, Semaphore> callers = new ConcurrentHashMap<>();

    /**
     * Turns.
     *
     * @param atOnce how many are answered at once
     * @param perCaller how many of one caller may wait, the one that is answered included
     */
    Turns(int atOnce, int perCaller) {
        this.atOnce = new Semaphore(atOnce, true);
        this.waiting = new Turnstile<>(perCaller);
    }

    /** Whether that caller may wait for one more turn; if so, {@link #take} must follow. */
    boolean queue(Identity caller) {
        return waiting.enter(caller);
    }

    /** Waits for the caller's turn and answers. */
    void take(Identity caller, Runnable answer) {
        var own = callers.computeIfAbsent(caller, c -> new Semaphore(1, true));
        own.acquireUninterruptibly();
        try {
            atOnce.acquireUninterruptibly();
            try {
                answer.run();
            } finally {
                atOnce.release();
            }
        } finally {
            own.release();
            waiting.leave(caller);
        }
    }
}
