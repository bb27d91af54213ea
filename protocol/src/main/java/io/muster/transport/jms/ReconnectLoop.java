package io.muster.transport.jms;

import io.muster.transport.TransportException;

import jakarta.jms.JMSException;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Keeps a connection: connects, makes the subscriptions live, waits for the loss, pauses, and
 * connects again, on one thread, until it is stopped.
 */
final class ReconnectLoop {
    private static final Logger log = System.getLogger(ReconnectLoop.class.getName());
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final JmsConnectionConfig config;
    private final Dialer dialer;
    private final Consumer<ConnectionState> listener;
    private final InstantSource clock;
    private final Random random;
    private final ReentrantLock wiring = new ReentrantLock();
    private final Set<JmsSubscription> subscriptions =
            Collections.synchronizedSet(new LinkedHashSet<>());
    private final CompletableFuture<BrokerAddress> firstRound = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong connections = new AtomicLong();
    private volatile Line line = new Line.Away("the first attempt is under way");
    private final ThreadFactory threads;
    private final Thread thread;

    ReconnectLoop(
            JmsConnectionConfig config,
            Dialer dialer,
            Consumer<ConnectionState> listener,
            InstantSource clock,
            Random random,
            ThreadFactory threads) {
        this.config = config;
        this.dialer = dialer;
        this.listener = listener;
        this.clock = clock;
        this.random = random;
        this.threads = threads;
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** What there is now. */
    Line line() {
        return line;
    }

    /** The number of the connection there is, from 1 on. */
    OptionalLong connection() {
        return line instanceof Link ? OptionalLong.of(connections.get()) : OptionalLong.empty();
    }

    /** Completed when connected first; exceptionally if no broker could be reached at first. */
    CompletableFuture<BrokerAddress> firstRound() {
        return firstRound;
    }

    boolean running() {
        return stopped.getCount() > 0;
    }

    /** Makes a subscription live, now or with the next connection. */
    void add(JmsSubscription subscription) {
        wiring.lock();
        try {
            if (line instanceof Link link) {
                consume(link, subscription);
            }
            subscriptions.add(subscription);
        } finally {
            wiring.unlock();
        }
    }

    void remove(JmsSubscription subscription) {
        subscriptions.remove(subscription);
    }

    /** Ends the connection, in good order if that is quick. */
    void stop() {
        stopped.countDown();
        thread.interrupt();
        end(line, true);
    }

    private static void consume(Link link, JmsSubscription subscription) {
        try {
            link.consume(subscription);
        } catch (JMSException e) {
            if (!link.brokenBy(e)) {
                throw new TransportException(refused(link, subscription, e), e);
            }
        }
    }

    private static String refused(Link link, JmsSubscription subscription, JMSException e) {
        return "no subscription to "
                + subscription.destination().name()
                + ": "
                + Problem.connecting(link.broker(), e);
    }

    private void run() {
        var failures = 0;
        while (running()) {
            Duration pause;
            try {
                var link = connect();
                var since = clock.instant();
                announce(link);
                var reason = link.lost().join();
                var lasted = Duration.between(since, clock.instant());
                failures = lasted.compareTo(config.backoff().cap()) < 0 ? failures : 0;
                pause = config.backoff().pause(failures++, random);
                lose(link, reason, pause);
            } catch (Unreachable e) {
                pause = config.backoff().pause(failures++, random);
                fail(e, pause);
            } catch (RuntimeException | Error e) {
                log.log(Level.ERROR, "the connection broke", e);
                pause = config.backoff().pause(failures++, random);
                end(line, false);
                fail(new Unreachable("a defect: " + e, e), pause);
            }
            rest(pause);
        }
    }

    /** Tries each broker once. */
    private Link connect() throws Unreachable {
        var brokers = new ArrayList<>(config.brokers());
        Collections.shuffle(brokers, random);
        var problems = new ArrayList<String>();
        for (var broker : brokers) {
            try {
                return install(dialer.dial(broker));
            } catch (Unreachable e) {
                problems.add(e.reason());
                if (problems.size() == brokers.size() || !running()) {
                    throw new Unreachable(String.join("; ", problems), e);
                }
            }
        }
        throw new IllegalStateException("there is at least one broker");
    }

    /** Makes the subscriptions live before the first message can come. */
    private Link install(Link link) throws Unreachable {
        wiring.lock();
        try {
            for (var subscription : subscriptions.toArray(JmsSubscription[]::new)) {
                link.consume(subscription);
            }
            connections.incrementAndGet();
            line = link;
            link.start();
            return link;
        } catch (JMSException e) {
            line = new Line.Away("the connection ended at once");
            end(link, false);
            throw new Unreachable(Problem.connecting(link.broker(), e), e);
        } finally {
            wiring.unlock();
        }
    }

    private void announce(Link link) {
        firstRound.complete(link.broker());
        if (running()) {
            tell(new ConnectionState.Connected(link.broker()));
        } else {
            end(link, true);
        }
    }

    private void lose(Link link, String reason, Duration pause) {
        line = new Line.Away(reason);
        end(link, false);
        if (running()) {
            tell(new ConnectionState.Lost(reason, pause));
        }
    }

    private void fail(Unreachable e, Duration pause) {
        line = new Line.Away(e.reason());
        firstRound.completeExceptionally(e);
        if (running()) {
            tell(new ConnectionState.Failed(e.reason(), pause));
        }
    }

    private void tell(ConnectionState state) {
        try {
            listener.accept(state);
        } catch (RuntimeException e) {
            log.log(Level.ERROR, "nobody could be told: " + state, e);
        }
    }

    private void rest(Duration pause) {
        try {
            stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped.countDown();
        }
    }

    /** A receiver that does not return must hold up neither a reconnect nor a close for long. */
    private void end(Line line, boolean orderly) {
        if (!(line instanceof Link link)) {
            return;
        }
        if (!orderly) {
            threads.newThread(link::abandon).start();
            return;
        }
        var closing = threads.newThread(link::close);
        closing.start();
        try {
            if (!closing.join(CLOSE_LIMIT)) {
                link.cut();
            }
        } catch (InterruptedException e) {
            link.cut();
            Thread.currentThread().interrupt();
        }
    }
}
