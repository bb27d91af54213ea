package io.muster.transport.jms;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.message.Bytes;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import jakarta.jms.JMSException;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

/**
 * The bus over JMS, by ActiveMQ's OpenWire client: the only place where a request meets JMS.
 *
 * <p>It keeps one connection, by itself, a daemon's with virtual threads only. Receivers run on the
 * thread that reads the connection. Whatever arrives that is not a plain run of bytes, or is too
 * large, is dropped and counted, and never unpacked. The time to live of a message runs from when
 * the broker has it, so clocks may differ.
 */
public final class JmsTransport implements Transport {
    static {
        ActiveMqDefaults.apply();
    }

    private static final System.Logger LOG = System.getLogger(JmsTransport.class.getName());
    private static final Duration LEAST_SHARE = Duration.ofSeconds(1);

    private final JmsConnectionConfig config;
    private final InstantSource clock;
    private final ReconnectLoop loop;
    private final LongAdder dropped = new LongAdder();

    private JmsTransport(
            JmsConnectionConfig config,
            Consumer<ConnectionState> listener,
            InstantSource clock,
            ThreadFactory threads) {
        this.config = config;
        this.clock = clock;
        var random = new SecureRandom();
        var token = HexFormat.of().toHexDigits(random.nextLong());
        var dialer = new Dialer(config, token, threads);
        this.loop = new ReconnectLoop(config, dialer, listener, clock, random, threads);
    }

    /**
     * For a daemon: returns at once, connects in the background and never gives up.
     *
     * @param listener told what becomes of the connection, on the thread that connects: it must
     *     return soon
     */
    public static JmsTransport open(
            JmsConnectionConfig config, Consumer<ConnectionState> listener) {
        return open(config, listener, InstantSource.system());
    }

    /** As {@link #open(JmsConnectionConfig, Consumer)}, with a clock to compute expiries by. */
    public static JmsTransport open(
            JmsConnectionConfig config, Consumer<ConnectionState> listener, InstantSource clock) {
        var threads = Thread.ofVirtual().name("muster-bus-", 0).factory();
        return open(config, listener, clock, threads);
    }

    private static JmsTransport open(
            JmsConnectionConfig config,
            Consumer<ConnectionState> listener,
            InstantSource clock,
            ThreadFactory threads) {
        var transport = new JmsTransport(config, listener, clock, threads);
        transport.loop.start();
        return transport;
    }

    /**
     * For a command: tries each broker once and returns connected; after a later loss it connects
     * again like any other. Several brokers share the limit, so that one that is silent leaves time
     * for the others, but each has at least a second. Its threads are platform threads: virtual
     * ones that have waited for a socket leave one behind that polls, and for that a JVM waits 300
     * ms when it exits.
     *
     * @throws TransportException if no broker can be reached, or not within the limit; the message
     *     is one line that says why
     */
    public static JmsTransport connect(JmsConnectionConfig config, Duration limit) {
        var threads = Thread.ofPlatform().daemon().name("muster-bus-", 0).factory();
        var each = share(limit, config.brokers().size());
        var limited = config.withConnectLimit(each);
        var transport = open(limited, state -> {}, InstantSource.system(), threads);
        try {
            transport.awaitFirstRound(each.multipliedBy(config.brokers().size()));
            return transport;
        } catch (TransportException e) {
            transport.close();
            throw e;
        }
    }

    private static Duration share(Duration limit, int brokers) {
        var share = limit.dividedBy(brokers);
        return brokers == 1 || share.compareTo(LEAST_SHARE) > 0 ? share : LEAST_SHARE;
    }

    /** How many messages were dropped because they cannot have been sent by muster. */
    public long dropped() {
        return dropped.sum();
    }

    /** Whether it is connected at the moment. */
    public boolean connected() {
        return loop.line() instanceof Link;
    }

    @Override
    public OptionalLong connection() {
        return loop.connection();
    }

    @Override
    public void publish(Destination destination, Bytes body, Instant expires) {
        var link = link(body);
        var ttl = Duration.between(clock.instant(), expires);
        if (ttl.toMillis() <= 0) {
            return;
        }
        try {
            link.send(destination, body, ttl);
        } catch (JMSException e) {
            throw failed(link, destination, e);
        }
    }

    @Override
    public void publishConfirmed(
            Destination destination, Bytes body, Instant expires, Duration limit) {
        var link = link(body);
        var ttl = Duration.between(clock.instant(), expires);
        if (ttl.toMillis() <= 0) {
            return;
        }
        try {
            link.sendConfirmed(destination, body, ttl).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (JMSException e) {
            throw failed(link, destination, e);
        } catch (ExecutionException e) {
            throw failed(link, destination, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new TransportException(
                    link.broker()
                            + " has not confirmed a message within "
                            + limit.toMillis()
                            + " ms",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException("interrupted while waiting for " + link.broker(), e);
        }
    }

    @Override
    public Subscription subscribe(Destination destination, Receiver receiver) {
        checkOpen();
        var subscription = new JmsSubscription(destination, receiver, dropped, loop::remove);
        loop.add(subscription);
        return subscription;
    }

    /**
     * Ends the connection in good order and makes it again, with the certificate of today: after a
     * renewal. Does nothing if there is no connection. May wait for a receiver to return.
     */
    public void reconnect() {
        if (config.wire() instanceof Wire.Tls(SSLContext context)) {
            var sessions = context.getClientSessionContext();
            Collections.list(sessions.getIds())
                    .forEach(
                            id ->
                                    Optional.ofNullable(sessions.getSession(id))
                                            .ifPresent(SSLSession::invalidate));
        }
        if (loop.line() instanceof Link link) {
            link.close();
            link.cut();
        }
    }

    /** Ends the connection at once, whatever waits on it, and makes another. */
    public void cut() {
        if (loop.line() instanceof Link link) {
            link.cut();
        }
    }

    @Override
    public void close() {
        if (loop.running()) {
            loop.stop();
            var count = dropped.sum();
            if (count > 0) {
                LOG.log(
                        WARNING,
                        () -> count + " messages were dropped that muster cannot have sent");
            }
        }
    }

    private void awaitFirstRound(Duration limit) {
        try {
            var _ = loop.firstRound().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            var reason = e.getCause() instanceof Unreachable u ? u.reason() : e.toString();
            throw new TransportException("cannot connect: " + reason, e);
        } catch (TimeoutException e) {
            throw new TransportException(
                    "cannot connect: no answer from "
                            + String.join(
                                    " or ", config.brokers().stream().map(String::valueOf).toList())
                            + " within "
                            + limit.toMillis() / 1_000.0
                            + " s",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException("interrupted while connecting", e);
        }
    }

    private Link link(Bytes body) {
        checkOpen();
        if (body.length() > MAX_BODY) {
            throw new TransportException(
                    "too large for the bus: " + body + ", at most " + MAX_BODY + " are taken");
        }
        return switch (loop.line()) {
            case Link link -> link;
            case Line.Away(var reason) -> throw new TransportException("not connected: " + reason);
        };
    }

    private static TransportException failed(
            Link link, Destination destination, Throwable failure) {
        var what = "not published to " + destination.name() + ": ";
        var why =
                link.brokenBy(failure)
                        ? "the connection to " + link.broker() + " is lost"
                        : Problem.connecting(link.broker(), failure);
        return new TransportException(what + why, failure);
    }

    private void checkOpen() {
        if (!loop.running()) {
            throw new TransportException("this transport is closed");
        }
    }
}
