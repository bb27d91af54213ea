package io.muster.node;

import io.muster.threads.Threads;

import java.time.Duration;
import java.util.Optional;

/**
 * The threads of this machine, on which something happens between the acceptance of a request and
 * the beginning of its action.
 */
record HeldUp(Runnable meanwhile) implements Threads {
    @Override
    public long ticks() {
        return Threads.REAL.ticks();
    }

    @Override
    public Started start(String name, Runnable work) {
        if (name.startsWith("action ")) {
            meanwhile.run();
        }
        return Threads.REAL.start(name, work);
    }

    @Override
    public <T> Optional<T> await(Awaited<T> what, Duration limit) throws InterruptedException {
        return Threads.REAL.await(what, limit);
    }

    @Override
    public Workers workers(String name, int waiting) {
        return Threads.REAL.workers(name, waiting);
    }
}
