package io.muster.controller.discovery;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.Village;
import io.muster.filter.Filter;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

class SweepTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final Search ALL = Search.of(Filter.EVERYTHING);

    private final Village village = new Village();

    @AfterEach
    void close() {
        village.close();
    }

    private Sweep.Result sweep(Patience patience, Search search) {
        try (var caller = village.caller()) {
            return new Sweep(caller, patience, true).run(search, _ -> {});
        }
    }

    private static List<String> names(List<Target> targets) {
        return targets.stream().map(Target::name).sorted().toList();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void aPauseBetweenAnswersIsNotTheEndWhileTheHubIsStillToSayWhoIsThere() {
        var first = new CountDownLatch(1);
        village.node("n-1", "web01", _ -> HERE);
        village.hub(
                (call, hub) -> {
                    var rows =
                            Fields.EMPTY.with(
                                    "nodes",
                                    new io.muster.message.Value.Items(
                                            List.of(row("n-1", "web01"), row("n-2", "web02"))));
                    await().atMost(LONG).until(() -> first.getCount() == 0);
                    call.reply(hub, "hub", 0, new Answer.Part(rows));
                    call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("")));
                });
        village.node(
                "n-2",
                (call, node) ->
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            await().atMost(LONG).until(() -> first.getCount() == 0);
                                            call.reply(node, "web02", 0, new Answer.Final(HERE));
                                        }));
        var patience = new Patience(Duration.ofMillis(1), LONG, LONG, TTL);
        try (var caller = village.caller()) {
            var result =
                    new Sweep(caller, patience, true)
                            .run(
                                    ALL,
                                    answer -> {
                                        if (answer.node().name().equals("web01")) {
                                            first.countDown();
                                        }
                                    });
            assertThat(result.answers()).hasSize(2);
            assertThat(result.presence()).isPresent();
        }
    }

    private static Fields row(String id, String name) {
        return Fields.EMPTY.with("id", id).with("name", name).with("state", "up");
    }

    @Test
    void itIsOverAtOnceWhenAllWhoAreKnownHaveAnswered() {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"), target("n-2", "old", Presence.DOWN));
        var start = System.nanoTime();
        var result = sweep(new Patience(LONG, LONG, LONG, TTL), ALL);
        assertThat(since(start)).isLessThan(LONG);
        assertThat(names(result.nodes())).containsExactly("old", "web01");
    }

    @Test
    void whoTheHubHasDoubtsAboutIsNotAwaitedForLong() {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"), target("n-2", "web02", Presence.SUSPECT));
        var start = System.nanoTime();
        var result = sweep(new Patience(Duration.ofMillis(300), LONG, LONG, TTL), ALL);
        assertThat(since(start)).isBetween(Duration.ofMillis(300), LONG);
        assertThat(names(result.nodes())).containsExactly("web01", "web02");
    }

    /** The window begins with each answer anew; nothing waits for the limit. */
    @Test
    void withoutTheHubItIsOverSoonAfterTheLastAnswerWheneverThatCame() {
        var window = Duration.ofSeconds(2);
        var later = CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);
        village.node("n-1", "web01", _ -> HERE);
        village.node(
                "n-2",
                (call, node) ->
                        later.execute(() -> call.reply(node, "web02", 0, new Answer.Final(HERE))));
        var last = new AtomicLong();
        try (var caller = village.caller()) {
            var start = System.nanoTime();
            var result =
                    new Sweep(caller, new Patience(window, LONG, LONG, TTL), false)
                            .run(ALL, _ -> last.set(System.nanoTime()));
            assertThat(result.answers()).hasSize(2);
            assertThat(since(last.get())).isBetween(window.minusMillis(250), LONG);
            assertThat(since(start)).isLessThan(LONG);
        }
    }

    @Test
    void whoTheHubHasDoubtsAboutIsGivenTheWindow() {
        village.node("n-1", "web01", _ -> HERE);
        village.node(
                "n-2",
                (call, node) ->
                        Thread.ofVirtual()
                                .start(() -> call.reply(node, "web02", 0, new Answer.Final(HERE))));
        village.hub(up("n-1", "web01"), target("n-2", "web02", Presence.SUSPECT));
        var start = System.nanoTime();
        var result = sweep(new Patience(LONG, LONG, LONG, TTL), ALL);
        assertThat(result.answers()).hasSize(2);
        assertThat(since(start)).isLessThan(LONG);
    }

    @Test
    void whoAnswersIsThereWhateverTheHubThinks() {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(target("n-1", "old-name", Presence.DOWN));
        var result = sweep(new Patience(Duration.ofSeconds(2), LONG, LONG, TTL), ALL);
        assertThat(result.nodes())
                .singleElement()
                .isEqualTo(
                        new Target(
                                new NodeId("n-1"),
                                "web01",
                                Presence.ANSWERED,
                                Optional.of("boot-1")));
    }

    @Test
    void aRefusalIsAnAnswer() {
        village.node("n-1", "web01", _ -> new Outcome.Refused(Reason.POLICY, "no"));
        village.hub(up("n-1", "web01"));
        assertThat(sweep(new Patience(LONG, LONG, LONG, TTL), ALL).answers()).hasSize(1);
    }

    @Test
    void theHubsPartsCountInAnyOrderAndOnce() {
        var roll = new Roll();
        try (var caller = village.caller()) {
            var replies = new ArrayList<io.muster.message.Reply>();
            village.hub(
                    (call, hub) -> {
                        for (int i = 0; i < 3; i++) {
                            var rows =
                                    Fields.EMPTY.with(
                                            "nodes",
                                            new io.muster.message.Value.Items(
                                                    List.of(row("n-" + i, "web" + i))));
                            replies.add(
                                    call.reply(
                                            hub.identity(), "hub", i, new Answer.Part(rows), "d"));
                        }
                        replies.add(
                                call.reply(
                                        hub.identity(),
                                        "hub",
                                        3,
                                        new Answer.Final(Outcome.ok("")),
                                        "d"));
                    });
            caller.send(
                    caller.sign(Roll.question(Filter.EVERYTHING, TTL)),
                    List.of(new io.muster.transport.Destination.Hub()));
            await().atMost(LONG).until(() -> replies.size() == 4);
            for (int i : new int[] {3, 1, 1, 2}) {
                roll.take(replies.get(i));
                assertThat(roll.complete()).isFalse();
                assertThat(roll.nodes()).isEmpty();
            }
            roll.take(replies.get(0));
            assertThat(roll.complete()).isTrue();
            assertThat(roll.nodes().orElseThrow()).hasSize(3);
        }
    }

    @Test
    void aHubThatWouldNotSayIsNoRoll() {
        village.hub(
                (call, hub) ->
                        call.reply(
                                hub,
                                "hub",
                                0,
                                new Answer.Final(new Outcome.Refused(Reason.BUSY, "later"))));
        village.node("n-1", "web01", _ -> HERE);
        try (var caller = village.caller()) {
            var patience = new Patience(Duration.ofSeconds(2), LONG, LONG, TTL);
            var nodes = new BroadcastDiscovery(caller, patience, false);
            var found = new PresenceDiscovery(caller, patience, nodes).find(ALL);
            assertThat(names(found.all())).containsExactly("web01");
            assertThat(found.notices())
                    .singleElement()
                    .asString()
                    .contains("refused: later")
                    .contains("asked the nodes");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
