package io.muster.node.time;

import io.muster.message.NodeId;
import io.muster.message.Request;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The nonces of a node that does not trust its clock. Each announcement carries a fresh one; a
 * request that quotes one is new, whatever the clock says. It is good for one change; looking does
 * not use it up, and the journal sees to it that no request is done twice. What was announced
 * before a restart counts for nothing. Thread-safe.
 */
public final class Challenge {
    private static final int BYTES = 16;
    private static final int REMEMBERED = 64;

    /**
     * How much longer than its own validity a request may take, for the nonce's way to its sender.
     */
    public static final Duration LONGEST_WAY = Duration.ofMinutes(5);

    private final Optional<Supplier<String>> source;
    private final LongSupplier nanos;
    private final Duration way;
    private final Runnable used;
    private final Deque<Nonce> nonces = new ArrayDeque<>();

    private record Nonce(String text, long issued) {}

    private Challenge(
            Optional<Supplier<String>> source, LongSupplier nanos, Duration way, Runnable used) {
        this.source = source;
        this.nanos = nanos;
        this.way = way;
        this.used = used;
    }

    /** Of a node that goes by its clock: it announces no nonce, and takes none. */
    public static Challenge none() {
        return new Challenge(Optional.empty(), System::nanoTime, Duration.ZERO, () -> {});
    }

    /**
     * Of a node that does not.
     *
     * @param random unpredictable outside of tests
     * @param nanos a clock that nobody sets, such as {@link System#nanoTime}
     * @param interval how often the node announces itself
     * @param used called when one was used, so that another is announced; returns at once
     */
    public static Challenge with(
            RandomGenerator random, LongSupplier nanos, Duration interval, Runnable used) {
        return from(() -> draw(random), nanos, interval, used);
    }

    /**
     * The same, of a node whose nonces somebody else draws, to take them as well.
     *
     * @param source gives another one each time; may take a while
     */
    public static Challenge from(
            Supplier<String> source, LongSupplier nanos, Duration interval, Runnable used) {
        var way = interval.compareTo(LONGEST_WAY) < 0 ? interval : LONGEST_WAY;
        return new Challenge(Optional.of(source), nanos, way, used);
    }

    /** A fresh nonce. */
    public static String draw(RandomGenerator random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** What the next announcement says. */
    public Optional<String> announce() {
        var text = source.map(Supplier::get);
        text.ifPresent(this::remember);
        return text;
    }

    private synchronized void remember(String text) {
        nonces.addLast(new Nonce(text, nanos.getAsLong()));
        if (nonces.size() > REMEMBERED) {
            nonces.removeFirst();
        }
    }

    /** What a request says about a node's nonce. */
    public enum Quote {
        /** Nothing: the clock decides. */
        NONE,
        /** One that is good, and was used up just now by whatever does not only look. */
        GOOD,
        /** One that is not this node's, was used already, or is too old. */
        BAD
    }

    /** Takes the nonce that the request quotes for that node. */
    public synchronized Quote take(Request request, NodeId self) {
        var quoted = request.nonces().get(self);
        if (quoted == null) {
            return Quote.NONE;
        }
        var found = nonces.stream().filter(nonce -> nonce.text().equals(quoted)).findFirst();
        if (found.isEmpty()) {
            return Quote.BAD;
        }
        if (request.changes()) {
            nonces.remove(found.get());
            used.run();
        }
        var age = Duration.ofNanos(nanos.getAsLong() - found.get().issued());
        return age.compareTo(request.ttl().plus(way)) <= 0 ? Quote.GOOD : Quote.BAD;
    }
}
