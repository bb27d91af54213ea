package io.muster.transport;

import io.muster.message.Bytes;
import io.muster.threads.Threads;
import io.muster.transport.Hearing.Deed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A transport that notices when it has become deaf: the connection is up, and nothing arrives any
 * more, because a receiver hangs, or the bus has forgotten that somebody reads.
 *
 * <p>When nothing has come to one of its own destinations for a while, it sends an {@link Echo}
 * there, which comes back by the very way that requests come. If several in a row do not, it has
 * the connection made anew, and if that does not help, it says that it is of no use. Where messages
 * flow it sends nothing. Thread-safe.
 */
public final class HearingTransport implements Transport {
    private static final Logger LOG = System.getLogger(HearingTransport.class.getName());
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final Transport transport;
    private final EchoPace pace;
    private final Runnable anew;
    private final Consumer<String> deaf;
    private final Bytes echo;
    private final InstantSource clock;
    private final Threads threads;
    private final Map<Destination, Hearing> hearings = new LinkedHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Over another transport; not watching yet.
     *
     * @param own what it reads, and may write as well
     * @param anew ends the connection, whatever waits on it, so that another is made; returns soon
     * @param deaf told, each time anew, that a new connection did not help
     */
    public HearingTransport(
            Transport transport,
            Set<? extends Destination> own,
            EchoPace pace,
            Runnable anew,
            Consumer<String> deaf,
            InstantSource clock,
            RandomGenerator random,
            Threads threads) {
        this.transport = transport;
        this.pace = pace;
        this.anew = anew;
        this.deaf = deaf;
        this.clock = clock;
        this.threads = threads;
        this.echo = Echo.of(Long.toHexString(random.nextLong()));
        own.forEach(destination -> hearings.put(destination, new Hearing(pace, random)));
    }

    /** Begins to watch; once. */
    public void start() {
        threads.keep("hearing", this::watch);
    }

    private void watch() {
        try {
            var pause = look();
            while (!threads.opened(closing, pause)) {
                pause = look();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration look() {
        var next = pace.quiet();
        for (var each : hearings.entrySet()) {
            var step = each.getValue().look(transport.connection(), threads.ticks());
            act(step.deed(), each.getKey(), each.getValue());
            next = step.again().compareTo(next) < 0 ? step.again() : next;
        }
        return next.compareTo(SHORTEST) < 0 ? SHORTEST : next;
    }

    private void act(Deed deed, Destination destination, Hearing hearing) {
        switch (deed) {
            case NOTHING -> {}
            // Who cannot even write must not keep this from being noticed.
            case ECHO -> threads.start("echo", () -> send(destination, hearing));
            case ANEW -> {
                LOG.log(
                        Level.WARNING,
                        () -> problem(destination) + ": the connection is made anew");
                anew.run();
            }
            case GIVE_UP -> {
                anew.run();
                deaf.accept(problem(destination) + ", and a new connection did not help");
            }
        }
    }

    private static String problem(Destination destination) {
        return "connected, and nothing arrives that is sent to " + destination.name();
    }

    private void send(Destination destination, Hearing hearing) {
        var before = transport.connection();
        try {
            transport.publishConfirmed(
                    destination, echo, clock.instant().plus(pace.quiet()), pace.answer());
        } catch (TransportException e) {
            var late = e.getCause() instanceof TimeoutException;
            if (!late && before.isPresent() && before.equals(transport.connection())) {
                hearing.excuse();
                LOG.log(
                        Level.WARNING,
                        () ->
                                "whether messages arrive cannot be seen over this connection: "
                                        + e.getMessage());
            }
        }
    }

    @Override
    public Subscription subscribe(Destination destination, Receiver receiver) {
        var hearing = Optional.ofNullable(hearings.get(destination));
        if (hearing.isEmpty()) {
            return transport.subscribe(destination, receiver);
        }
        var subscription =
                transport.subscribe(destination, body -> hear(hearing.get(), body, receiver));
        hearing.get().listens(true);
        return () -> {
            hearing.get().listens(false);
            subscription.close();
        };
    }

    private void hear(Hearing hearing, Bytes body, Receiver receiver) {
        hearing.heard(threads.ticks());
        if (!Echo.is(body)) {
            receiver.receive(body);
        }
    }

    @Override
    public void publish(Destination destination, Bytes body, Instant expires) {
        transport.publish(destination, body, expires);
    }

    @Override
    public void publishConfirmed(
            Destination destination, Bytes body, Instant expires, Duration limit) {
        transport.publishConfirmed(destination, body, expires, limit);
    }

    @Override
    public OptionalLong connection() {
        return transport.connection();
    }

    @Override
    public void close() {
        closing.countDown();
        transport.close();
    }
}
