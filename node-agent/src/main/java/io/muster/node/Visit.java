package io.muster.node;

import io.muster.message.Live;
import io.muster.message.Outcome;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One question of the node agent to the root helper, while it is under way. When the node agent
 * hangs up, what runs for it is interrupted: nobody is left to hear its end. Thread-safe.
 */
final class Visit {
    private final Line line;
    private final CountDownLatch go = new CountDownLatch(1);
    private Optional<Thread> worker = Optional.empty();
    private boolean begun;
    private boolean ended;
    private boolean left;

    Visit(Line line) {
        this.line = line;
    }

    /** It was accepted. */
    synchronized void begin() {
        begun = true;
    }

    /** Whether it was accepted, or answered. */
    synchronized boolean taken() {
        return begun || ended;
    }

    /** This thread works for it, until {@link #rest}. */
    synchronized void work() {
        worker = Optional.of(Thread.currentThread());
        if (left) {
            Thread.currentThread().interrupt();
        }
    }

    /** It does not any more. */
    synchronized void rest() {
        worker = Optional.empty();
    }

    /** Whether the node agent has not hung up. */
    synchronized boolean stays() {
        return !left;
    }

    /** The caller was told that the machine goes down. */
    void go() {
        go.countDown();
    }

    /** Says that all is ready, and waits for the go. */
    void arm(String message, Duration delay, Duration limit) throws IOException {
        line.say(new Word.Armed(message, delay));
        try {
            if (!go.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("nobody said go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped before the go", e);
        }
        synchronized (this) {
            if (left) {
                throw new IOException("the node agent hung up before the go");
            }
        }
    }

    /** Says that the machine was told to go down. */
    void ordered() throws IOException {
        line.say(new Word.Ordered());
    }

    /** Says how it goes. */
    void going(Live live) throws IOException {
        line.say(new Word.Going(live));
    }

    /** Says how it ended, and hangs up. */
    void end(Outcome outcome) throws IOException {
        synchronized (this) {
            ended = true;
        }
        try (line) {
            line.say(new Word.Done(outcome));
        }
    }

    /** The node agent hung up, or this process ends. */
    void leave() {
        synchronized (this) {
            left = true;
            worker.ifPresent(Thread::interrupt);
        }
        go.countDown();
    }

    /** This process ends: whoever waits hears nothing more. */
    void hangUp() {
        leave();
        try {
            line.close();
        } catch (IOException _) {
            // It is closed in any case when the process has ended.
        }
    }
}
