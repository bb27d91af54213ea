package io.muster.hub.registry.redis;

import static io.muster.hub.registry.redis.HostileRedis.ascii;
import static io.muster.hub.registry.redis.HostileRedis.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.hub.registry.Entry;
import io.muster.hub.registry.RegistryException;
import io.muster.hub.registry.redis.HostileRedis.Hostility;
import io.muster.message.Bytes;
import io.muster.message.NodeId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Whatever a Redis says, reading it comes to an end, and no more is in memory than may be. */
class HostileRedisTest {
    private static final int NODES = 100;
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final AtomicLong said = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    @AfterEach
    void close() throws Exception {
        for (var each : opened) {
            each.close();
        }
    }

    private static RedisBounds within(Duration limit) {
        return new RedisBounds(NODES, 1L << 20, limit, limit, limit, limit);
    }

    private RedisRegistry over(RedisBounds bounds, LongSupplier nanos, Hostility hostility) {
        var redis = new HostileRedis(hostility);
        var registry = new RedisRegistry(redis.place(), "test", "self", bounds, nanos);
        opened.add(registry);
        opened.add(redis);
        return registry;
    }

    private RedisRegistry over(Hostility hostility) {
        return over(within(LONG), System::nanoTime, hostility);
    }

    private RedisRegistry scanning(Scan scan) {
        return over(
                (words, out) -> {
                    if (words.getFirst().equals("HSCAN")) {
                        out.write(ascii(scan.page(said.incrementAndGet())));
                        return true;
                    }
                    return false;
                });
    }

    private interface Scan {
        String page(long number);
    }

    private static String page(String cursor, String... texts) {
        var page = new StringBuilder("*2\r\n" + bulk(cursor) + "*" + texts.length + "\r\n");
        List.of(texts).forEach(text -> page.append(bulk(text)));
        return page.toString();
    }

    private static String sheet(int length) {
        return "{\"heard\":1,\"since\":1}\n" + "x".repeat(length);
    }

    private void load(RedisRegistry registry) {
        registry.load(_ -> taken.incrementAndGet());
    }

    private void endsWith(RedisRegistry registry, String problem) {
        assertThatThrownBy(() -> load(registry))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void pagesWithoutAnEndEnd() {
        endsWith(scanning(n -> page(Long.toString(n))), "round in circles");
        assertThat(said.get()).isLessThan(2_000);
    }

    @Test
    void aCursorThatWasThereBeforeEndsIt() {
        endsWith(scanning(n -> page(Long.toString(7 + n % 3))), "round in circles");
        assertThat(said.get()).isEqualTo(4);
    }

    @Test
    void entriesWithoutAnEndAreReadUpToTwiceTheNodesThatThereMayBe() {
        load(scanning(n -> page(Long.toString(n), "n-" + n, sheet(10), "n-" + n, sheet(11))));
        assertThat(said.get()).isEqualTo(NODES);
        assertThat(taken.get()).isEqualTo(NODES);
    }

    @Test
    void whatIsTooMuchInAllEndsIt() {
        endsWith(scanning(n -> page(Long.toString(n), "n-" + n, sheet(500_000))), "bytes of nodes");
        assertThat(taken.get()).isLessThan(5);
    }

    @Test
    void listsOfListsOfNothingEndIt() {
        endsWith(
                scanning(
                        _ ->
                                "*2\r\n$1\r\n0\r\n*4096\r\n"
                                        + ("*4096\r\n" + "$-1\r\n".repeat(4_096)).repeat(5)),
                "items");
        endsWith(scanning(_ -> "*1\r\n".repeat(100)), "levels");
        endsWith(scanning(_ -> "*2\r\n$2147483647\r\n"), "a text of 2147483647 bytes");
        endsWith(scanning(_ -> "*1\r\n$1\r\n0\r\n"), "a list is too short");
        endsWith(scanning(_ -> "HTTP/1.1 200 OK\r\n\r\n"), "begins with");
    }

    /** The clock goes on with each look at it: what comes byte by byte takes long. */
    @Test
    void whatDribblesIsNotWaitedForLongerThanTheStartMay() {
        var nanos = new AtomicLong();
        var registry =
                over(
                        within(Duration.ofSeconds(20)),
                        () -> nanos.addAndGet(1_000_000),
                        (words, out) -> {
                            if (words.getFirst().equals("HSCAN")) {
                                out.write(ascii("*4000\r\n" + ":1234567\r\n".repeat(4_000)));
                                return true;
                            }
                            return false;
                        });
        endsWith(registry, "took too long");
    }

    /** Each answer comes in time, and there is no end to them. */
    @Test
    void manyAnswersThatAreSlowEachAreTooSlowTogether() {
        var nanos = new AtomicLong();
        var bounds = new RedisBounds(1_000_000, 1L << 30, Duration.ofSeconds(20), LONG, LONG, LONG);
        var registry =
                over(
                        bounds,
                        nanos::get,
                        (words, out) -> {
                            if (words.getFirst().equals("HSCAN")) {
                                nanos.addAndGet(3_000_000_000L);
                                out.write(ascii(page(Long.toString(said.incrementAndGet()))));
                                return true;
                            }
                            return false;
                        });
        endsWith(registry, "took too long");
        assertThat(said.get()).isLessThan(9);
    }

    @Test
    void whoDoesNotListenHoldsNobodyUp() {
        var registry =
                over(
                        within(Duration.ofMillis(300)),
                        System::nanoTime,
                        (words, _) -> {
                            if (words.getFirst().equals("EVALSHA")) {
                                hang();
                            }
                            return false;
                        });
        var many = IntStream.range(0, 150).mapToObj(HostileRedisTest::large).toList();
        assertThatThrownBy(() -> registry.store(many, List.of()))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("300ms");
    }

    private static void hang() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Entry large(int number) {
        return new Entry(
                new NodeId("n-" + number),
                new Entry.Moment(NOON, NOON, NOON, 1),
                false,
                Bytes.utf8("x".repeat(400_000)),
                Optional.empty());
    }

    private RedisRegistry streaming(Scan scan) {
        return over(
                (words, out) -> {
                    if (words.getFirst().equals("XREAD")) {
                        out.write(ascii(scan.page(said.incrementAndGet())));
                        return true;
                    }
                    if (words.getFirst().equals("HGET")) {
                        out.write(ascii(bulk(sheet(10))));
                        return true;
                    }
                    return false;
                });
    }

    private static String news(int count, NewsId id) {
        var page = new StringBuilder("*1\r\n*2\r\n" + bulk("news") + "*" + count + "\r\n");
        for (int i = 0; i < count; i++) {
            page.append("*2\r\n").append(bulk(id.of(i))).append("*6\r\n");
            List.of("node", "n-" + i, "hub", "evil", "facts", "1")
                    .forEach(text -> page.append(bulk(text)));
        }
        return page.toString();
    }

    private interface NewsId {
        String of(int number);
    }

    @Test
    void newsWithoutAnEndLeaveTheHubItsTurn() {
        var registry = streaming(n -> news(RedisBounds.PAGE, i -> n + "-" + i));
        load(registry);
        registry.news(_ -> taken.incrementAndGet());
        assertThat(taken.get()).isEqualTo(2 * NODES);
        registry.news(_ -> taken.incrementAndGet());
        assertThat(taken.get()).as("the next turn goes on").isEqualTo(4 * NODES);
    }

    @Test
    void aStreamThatGoesBackOrGivesMoreThanWasAskedForEndsIt() {
        for (var each :
                List.<Scan>of(
                        n -> news(RedisBounds.PAGE, i -> "5-5"),
                        n -> news(2, i -> (9 - i) + "-0"),
                        n -> news(1, i -> "tomorrow"),
                        n -> news(RedisBounds.PAGE + 1, i -> "1-" + (i + 1)))) {
            var registry = streaming(each);
            load(registry);
            assertThatThrownBy(() -> registry.news(_ -> {})).isInstanceOf(RegistryException.class);
        }
    }

    @Test
    void aHundredThousandNodesFit() {
        var bounds = RedisBounds.of(100_000);
        assertThat(bounds.entries()).isGreaterThanOrEqualTo(100_000);
        assertThat(bounds.pages()).isGreaterThan(5 * 100_000 / RedisBounds.PAGE);
        assertThat(bounds.bytes()).isGreaterThan(100_000L * 20_000);
    }
}
