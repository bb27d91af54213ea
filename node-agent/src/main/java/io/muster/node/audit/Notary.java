package io.muster.node.audit;

import io.muster.message.Checkpoint;
import io.muster.security.PayloadType;
import io.muster.security.Signer;
import io.muster.threads.Threads;
import io.muster.threads.Threads.Started;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/**
 * Has others know how far the audit log has come: signs and publishes a {@link Checkpoint} every
 * five minutes, and soon after each destructive action. On a thread of its own.
 */
public final class Notary implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration USEFUL = Duration.ofMinutes(5);

    private final AuditLog audit;
    private final Signer signer;
    private final Transport transport;
    private final InstantSource clock;
    private final Runnable eachMinute;
    private final Logger log;
    private final Semaphore asked = new Semaphore(0);
    private final Threads threads;
    private final Started thread;
    private long last;
    private long published = -1;

    /**
     * Starts it.
     *
     * @param eachMinute is to be done about as often, on the same thread
     */
    public Notary(
            AuditLog audit,
            Signer signer,
            Transport transport,
            InstantSource clock,
            Runnable eachMinute,
            Threads threads,
            Logger log) {
        this.audit = audit;
        this.signer = signer;
        this.transport = transport;
        this.clock = clock;
        this.eachMinute = eachMinute;
        this.log = log;
        this.threads = threads;
        this.last = threads.ticks();
        this.thread = threads.keep("notary", this::run);
    }

    /** Something was done that must not be unsaid: a checkpoint is made at once. */
    public void soon() {
        asked.release();
    }

    private void run() {
        try {
            while (true) {
                var now = threads.acquire(asked, LOOK);
                asked.drainPermits();
                eachMinute.run();
                var passed = threads.ticks() - last;
                if (now || passed >= EVERY.toNanos()) {
                    checkpoint();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever is wrong this time, a full disk or a bus that is away, there is a next time. */
    private void checkpoint() {
        try {
            var mark = audit.mark();
            if (mark.isPresent() && mark.get().head().sequence() != published) {
                var now = clock.instant();
                var head = mark.get().head();
                var said = new Checkpoint(signer.identity(), head, mark.get().file(), now);
                transport.publish(
                        new Destination.Announcements(),
                        signer.sign(PayloadType.CHECKPOINT, said.encode()),
                        now.plus(USEFUL));
                published = head.sequence();
            }
            last = threads.ticks();
        } catch (TransportException e) {
            log.log(Level.DEBUG, () -> "no checkpoint of the audit log: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            log.log(Level.ERROR, "no checkpoint of the audit log", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
