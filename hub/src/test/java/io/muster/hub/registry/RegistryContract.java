package io.muster.hub.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.registry.Entry.Moment;
import io.muster.message.Bytes;
import io.muster.message.NodeId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What every registry promises. */
public abstract class RegistryContract {
    protected static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private final List<Registry> opened = new ArrayList<>();

    /** Another one over the same place. */
    protected abstract Registry open();

    /** What comes back of what was stored, if that is less. */
    protected Entry read(Entry stored) {
        return stored;
    }

    @AfterEach
    void close() {
        opened.forEach(Registry::close);
    }

    protected final Registry opened() {
        var registry = open();
        opened.add(registry);
        return registry;
    }

    protected static Entry entry(String node, int minute, String last, Optional<String> facts) {
        return entry(node, minute, false, last, facts);
    }

    protected static Entry entry(
            String node, int minute, boolean again, String last, Optional<String> facts) {
        var heard = NOON.plus(Duration.ofMinutes(minute));
        return new Entry(
                new NodeId(node),
                new Moment(heard, NOON, heard.minusMillis(5), minute),
                again,
                Bytes.utf8(last),
                facts.map(Bytes::utf8));
    }

    protected static Entry full(String node, int minute, String envelope) {
        return entry(node, minute, envelope, Optional.of(envelope));
    }

    protected static Entry plain(String node, int minute, String envelope) {
        return entry(node, minute, envelope, Optional.empty());
    }

    protected static void store(Registry registry, Entry... entries) {
        registry.store(List.of(entries), List.of());
    }

    protected static Map<String, Entry> loaded(Registry registry) {
        var all = new TreeMap<String, Entry>();
        registry.load(entry -> all.put(entry.node().value(), entry));
        return all;
    }

    @Test
    void aNewOneIsEmpty() {
        assertThat(loaded(opened())).isEmpty();
    }

    @Test
    void whatIsStoredIsThereForWhoOpensItLater() {
        var one = opened();
        store(one, full("web01", 1, "one"), full("web02", 2, "two"));
        one.close();
        assertThat(loaded(opened()).values())
                .containsExactly(read(full("web01", 1, "one")), read(full("web02", 2, "two")));
    }

    @Test
    void theLastWordCountsAndTheFactsStay() {
        var one = opened();
        store(one, full("web01", 1, "facts"));
        store(one, plain("web01", 2, "later"));
        store(one, plain("web01", 3, "last"));
        one.close();
        assertThat(loaded(opened()).values())
                .containsExactly(read(entry("web01", 3, "last", Optional.of("facts"))));
    }

    @Test
    void factsThatWaitedAreKeptWithALaterWordWithoutAny() {
        var one = opened();
        store(one, full("web01", 1, "old facts"));
        store(one, entry("web01", 3, "last", Optional.of("new facts")));
        one.close();
        assertThat(loaded(opened()).values())
                .containsExactly(read(entry("web01", 3, "last", Optional.of("new facts"))));
    }

    @Test
    void whoIsForgottenIsGoneUntilHeardAgain() {
        var one = opened();
        store(one, full("web01", 1, "one"), full("web02", 1, "two"));
        one.store(List.of(), List.of(new NodeId("web01"), new NodeId("nobody")));
        one.close();
        var two = opened();
        assertThat(loaded(two)).containsOnlyKeys("web02");
        store(two, plain("web01", 5, "again"));
        two.close();
        assertThat(loaded(opened())).containsEntry("web01", read(plain("web01", 5, "again")));
    }

    @Test
    void aHubIsToldOnlyWhatOthersStored() {
        var one = opened();
        loaded(one);
        store(one, full("web01", 1, "one"));
        one.news(entry -> assertThat(entry).as("told what it stored itself").isNull());
    }

    @Test
    void thousandsAreKept() {
        var one = opened();
        var many =
                IntStream.range(0, 3_000)
                        .mapToObj(i -> full("n-" + i, 1, "facts of " + i + "x".repeat(2_000)))
                        .toList();
        one.store(many, List.of());
        one.close();
        assertThat(loaded(opened())).hasSize(3_000).containsEntry("n-17", read(many.get(17)));
    }

    @Test
    void largeAnnouncementsAreKeptWhole() {
        var one = opened();
        var large = full("web01", 1, "f".repeat(300_000));
        store(one, large);
        one.close();
        assertThat(loaded(opened()).values()).containsExactly(read(large));
    }
}
