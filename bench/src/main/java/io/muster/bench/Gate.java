package io.muster.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets a fleet connect, so many at a time, and counts who is there. Thread-safe. */
final class Gate {
    private final Semaphore places;
    private final AtomicInteger arrived = new AtomicInteger();

    /**
     * @param places how many may be on their way at the same time
     */
    Gate(int places) {
        this.places = new Semaphore(places);
    }

    /** One more sets out, when there is a place; the result is to be run when it has arrived. */
    Runnable setOut() throws InterruptedException {
        places.acquire();
        var first = new AtomicBoolean(true);
        return () -> {
            if (first.compareAndSet(true, false)) {
                arrived.incrementAndGet();
                places.release();
            }
        };
    }

    int arrived() {
        return arrived.get();
    }
}
