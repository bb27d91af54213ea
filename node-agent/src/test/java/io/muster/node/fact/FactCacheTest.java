package io.muster.node.fact;

import static io.muster.node.fact.Machine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Json;
import io.muster.node.fact.FactSource.Collected;
import io.muster.node.fact.FactSource.Freshness;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

class FactCacheTest {
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicInteger asked = new AtomicInteger();

    private record Source(String name, Freshness freshness, Supplier<String> json)
            implements FactSource {
        @Override
        public Collected collect() {
            return Collected.of(Json.readLocal(json.get()));
        }
    }

    private FactCache cache(FactSource... sources) {
        return new FactCache(List.of(sources), now::get);
    }

    private static FactSource minute(String name, Supplier<String> json) {
        return new Source(name, Freshness.of(Duration.ofMinutes(1)), json);
    }

    private FactSource counter() {
        return minute("counter", () -> "{\"n\": " + asked.incrementAndGet() + "}");
    }

    @Test
    void sourceIsAskedAgainWhenItsFactsAreOld() {
        var cache = cache(counter());
        cache.current();
        now.updateAndGet(time -> time.plusSeconds(59));
        assertThat(text(cache.current(), "n")).isEqualTo("1");

        now.updateAndGet(time -> time.plusSeconds(1));

        assertThat(text(cache.current(), "n")).isEqualTo("2");
    }

    @Test
    void sourceIsAskedAgainAfterAChange() {
        var cache = cache(counter());
        cache.current();

        cache.expire();

        assertThat(text(cache.current(), "n")).isEqualTo("2");
    }

    @Test
    void laterSourcesWinAndMapsAreMerged() {
        var cache =
                cache(
                        minute("one", () -> "{\"os\":{\"family\":\"Debian\",\"name\":\"a\"}}"),
                        minute("two", () -> "{\"os\":{\"name\":\"b\"}}"));

        assertThat(text(cache.current(), "os")).isEqualTo("{\"family\":\"Debian\",\"name\":\"b\"}");
    }

    @Test
    void flatNamesFollowTheMergedFacts() {
        var cache =
                cache(
                        minute("one", () -> "{\"os\":{\"family\":\"Debian\"}}"),
                        minute("two", () -> "{\"os\":{\"family\":\"Mine\"},\"hostname\":\"x\"}"),
                        minute("three", () -> "{\"networking\":{\"hostname\":\"y\"}}"));

        assertThat(text(cache.current(), "osfamily")).isEqualTo("Mine");
        assertThat(text(cache.current(), "hostname")).as("given, so kept").isEqualTo("x");
    }

    @Test
    void failingSourceKeepsWhatItSaidAndIsTold() {
        var cache =
                cache(
                        minute(
                                "odd",
                                () -> {
                                    if (asked.incrementAndGet() > 1) {
                                        throw new IllegalStateException("gone");
                                    }
                                    return "{\"n\":1}";
                                }));
        cache.current();
        now.updateAndGet(time -> time.plusSeconds(60));

        assertThat(text(cache.current(), "n")).isEqualTo("1");
        assertThat(cache.problems()).containsExactly("odd: gone");
    }

    @Test
    void nobodyWaitsForASlowSource() {
        var go = new CountDownLatch(1);
        var slow =
                new Source(
                        "slow",
                        new Freshness(Duration.ofMinutes(1), true),
                        () -> {
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return "{\"slow\": 1}";
                        });
        var cache = cache(counter(), slow);

        assertThat(text(cache.current(), "slow")).isEqualTo("(none)");
        assertThat(text(cache.current(), "n")).isEqualTo("1");

        go.countDown();
        await().until(() -> text(cache.current(), "slow").equals("1"));
    }

    @Test
    void digestIsBlindToWhatChangesByItself() {
        var load = new AtomicReference<>("0.1");
        var role = new AtomicReference<>("mail");
        var cache =
                cache(
                        minute(
                                "all",
                                () ->
                                        """
                                        {"load_averages": {"1m": %s}, "role": "%s",
                                         "system_uptime": {"uptime": "%s"},
                                         "memory": {"system": {"total_bytes": 5, "used_bytes": %s}},
                                         "mountpoints": {"/": {"size": "1", "available": "%s"}}}
                                        """
                                                .formatted(
                                                        load.get(),
                                                        role.get(),
                                                        load.get(),
                                                        load.get(),
                                                        load.get())));
        var before = cache.digest();

        load.set("0.2");
        cache.expire();
        assertThat(cache.digest()).isEqualTo(before).matches("[0-9a-f]{64}");
        assertThat(text(cache.current(), "uptime")).isEqualTo("0.2");

        role.set("web");
        cache.expire();
        assertThat(cache.digest()).isNotEqualTo(before);
    }

    @Test
    void wholeMachineIsToldWithinItsLimit() {
        var cache = new FactCache(SystemFacts.sources(), InstantSource.system());

        assertThat(Json.write(cache.current()).length()).isBetween(1_000, FactLimits.MAX_BYTES);
        assertThat(Json.read(Json.write(cache.current()))).isEqualTo(cache.current());
    }
}
