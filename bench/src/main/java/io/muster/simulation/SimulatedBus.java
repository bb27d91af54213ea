package io.muster.simulation;

import io.muster.message.Bytes;
import io.muster.transport.Destination;
import io.muster.transport.Receiver;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A bus as nobody would wish it: it loses, repeats, reorders and delays, brings again what it
 * brought long ago, brings what has expired, and bends bits. What it keeps to is that a queue waits
 * for its reader.
 */
final class SimulatedBus {
    private static final Duration WAY = Duration.ofMillis(2);
    private static final Duration ACKNOWLEDGED = Duration.ofMillis(300);
    private static final int MOST_STORED = 2_000;

    private final Stage stage;
    private final Chance chance;
    private final Troubles troubles;
    private final Map<Destination, List<Message>> stored = new LinkedHashMap<>();
    private final Map<Destination, List<Line>> lines = new LinkedHashMap<>();
    private final List<Message> recorded = new ArrayList<>();

    /** A message on its way, or waiting. */
    private record Message(Destination to, Bytes body, Instant expires) {}

    SimulatedBus(Stage stage, Troubles troubles) {
        this.stage = stage;
        this.chance = stage.chance();
        this.troubles = troubles;
    }

    /** A connection of that process. */
    Port open(Life life) {
        return new Port(life);
    }

    private void send(Message message) {
        if (message.to() instanceof Destination.Node || message.to().broadcast()) {
            recorded.add(message);
        }
        if (troubles.on() && chance.of(troubles.loss())) {
            return;
        }
        var copies = 1;
        if (troubles.on() && chance.of(troubles.repetition())) {
            copies = chance.of(0.05) ? chance.between(2, 100) : chance.between(2, 4);
        }
        for (int copy = 0; copy < copies; copy++) {
            stage.after(way(), () -> arrive(message));
        }
    }

    private Duration way() {
        return troubles.on() && chance.of(troubles.delay())
                ? chance.around(Duration.ofSeconds(5))
                : chance.around(WAY);
    }

    /** Brings again something that it brought before, or something like it, if there is any. */
    boolean replay() {
        if (recorded.isEmpty()) {
            return false;
        }
        var old = chance.one(recorded);
        var bent = chance.of(0.3);
        var to = chance.of(0.3) ? chance.one(recorded).to() : old.to();
        var never = Instant.MAX;
        arrive(new Message(to, bent ? bent(old.body()) : old.body(), never));
        return true;
    }

    private Bytes bent(Bytes body) {
        var bytes = body.view().clone();
        bytes[chance.below(bytes.length)] ^= (byte) (1 << chance.below(8));
        return Bytes.wrap(bytes);
    }

    private void arrive(Message message) {
        if (!stage.time().isBefore(message.expires()) && !chance.of(0.2)) {
            return;
        }
        var all = lines.getOrDefault(message.to(), List.of());
        var there = all.stream().filter(Line::hears).toList();
        if (message.to().broadcast()) {
            there.forEach(line -> line.deliver(message));
        } else if (!there.isEmpty()) {
            chance.one(there).deliver(message);
        } else {
            var waiting = stored.computeIfAbsent(message.to(), _ -> new ArrayList<>());
            if (waiting.size() < MOST_STORED) {
                waiting.add(message);
            }
        }
    }

    /** Brings what waits for that destination. */
    private void drain(Destination to) {
        var waiting = stored.remove(to);
        if (waiting != null) {
            waiting.forEach(message -> stage.after(chance.around(WAY), () -> arrive(message)));
        }
    }

    /** One subscription. */
    private final class Line {
        private final Port port;
        private final Destination from;
        private final Receiver receiver;
        private final Map<Message, Long> taken = new LinkedHashMap<>();

        Line(Port port, Destination from, Receiver receiver) {
            this.port = port;
            this.from = from;
            this.receiver = receiver;
        }

        boolean hears() {
            return port.life.alive() && port.state.hears();
        }

        void deliver(Message message) {
            taken.put(message, Long.MAX_VALUE);
            stage.start(
                    port.life,
                    "receives " + from.name(),
                    () -> {
                        receiver.receive(message.body());
                        port.life.step();
                        if (port.state.speaks()) {
                            taken.put(message, stage.ticks());
                        }
                    });
        }

        /** What was not acknowledged, or may not have been, comes again. */
        void lost() {
            if (from.broadcast()) {
                return;
            }
            taken.forEach(
                    (message, at) -> {
                        var recent = stage.ticks() - ACKNOWLEDGED.toNanos();
                        if (at == Long.MAX_VALUE || (at > recent && chance.of(0.5))) {
                            stage.after(chance.around(WAY), () -> arrive(message));
                        }
                    });
            taken.clear();
        }
    }

    /** How a connection is. */
    enum State {
        /** It works. */
        UP,
        /** What is sent goes nowhere, and nothing comes, and nobody has noticed. */
        SILENT,
        /** Nothing comes, and what is sent arrives; nobody has noticed. */
        SILENT_IN,
        /** What is sent goes nowhere, and what comes arrives; nobody has noticed. */
        SILENT_OUT,
        /** The transport knows that there is no connection. */
        DOWN;

        /** Whether what others send arrives. */
        boolean hears() {
            return this == UP || this == SILENT_OUT;
        }

        /** Whether what is sent arrives, and what came is acknowledged. */
        boolean speaks() {
            return this == UP || this == SILENT_IN;
        }
    }

    /** A connection of one process. */
    final class Port implements Transport {
        private final Life life;
        private final List<Line> own = new ArrayList<>();
        private State state = State.UP;
        private long connections = 1;
        private Consumer<Destination> watch = _ -> {};

        private Port(Life life) {
            this.life = life;
        }

        /** Is told of each message that is sent, lost or not. */
        void watch(Consumer<Destination> watcher) {
            watch = watcher;
        }

        void turn(State other) {
            if (other == State.UP && state == State.DOWN) {
                connections++;
            }
            state = other;
            if (other.hears()) {
                own.forEach(line -> drain(line.from));
            } else if (other == State.DOWN) {
                own.forEach(Line::lost);
            }
        }

        @Override
        public OptionalLong connection() {
            return state == State.DOWN ? OptionalLong.empty() : OptionalLong.of(connections);
        }

        @Override
        public void publish(Destination destination, Bytes body, Instant expires) {
            life.step();
            if (!life.alive() || state == State.DOWN) {
                throw new TransportException("not connected");
            }
            watch.accept(destination);
            if (state.speaks() && stage.time().isBefore(expires)) {
                send(new Message(destination, body, expires));
            }
            life.step();
        }

        @Override
        public void publishConfirmed(
                Destination destination, Bytes body, Instant expires, Duration limit) {
            publish(destination, body, expires);
            try {
                var lost = state != State.UP || (troubles.on() && chance.of(troubles.loss()));
                stage.pause(lost ? limit : chance.around(WAY));
                if (lost) {
                    throw new TransportException("the bus has not answered after " + limit);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TransportException("interrupted while the bus had not answered yet", e);
            }
        }

        @Override
        public Subscription subscribe(Destination destination, Receiver receiver) {
            life.step();
            var line = new Line(this, destination, receiver);
            own.add(line);
            lines.computeIfAbsent(destination, _ -> new ArrayList<>()).add(line);
            drain(destination);
            return () -> end(own::remove, line);
        }

        private void end(Consumer<Line> forget, Line line) {
            forget.accept(line);
            lines.getOrDefault(line.from, new ArrayList<>()).remove(line);
            line.lost();
        }

        @Override
        public void close() {
            List.copyOf(own).forEach(line -> end(own::remove, line));
        }

        @Override
        public String toString() {
            return state + " " + Arrays.toString(own.stream().map(l -> l.from.name()).toArray());
        }
    }
}
