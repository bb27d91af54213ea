package io.muster.controller;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.targets;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.action.BuiltIn;
import io.muster.controller.ask.Stray;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.filter.Filter;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.transport.TransportException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

class FleetTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration BRIEF = Duration.ofMillis(400);
    private static final Answer FINAL = new Answer.Final(HERE);

    private final Village village = new Village();

    @AfterEach
    void close() {
        village.close();
    }

    private static Run ping(Duration timeout) {
        var spec = BuiltIn.NODE_PING;
        return new Run(
                spec.name(),
                spec.actionClass(),
                Fields.EMPTY,
                Filter.EVERYTHING,
                false,
                Duration.ofMinutes(1),
                timeout);
    }

    @Test
    void nothingIsChangedAtANodeThatTwoMachinesAre() {
        var change = BuiltIn.USER_ENSURE;
        var run =
                new Run(
                        change.name(),
                        change.actionClass(),
                        Fields.EMPTY.with("name", "bob"),
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        LONG);
        var clone = target("n-1", "web01", Presence.CLONE);
        try (var caller = village.caller()) {
            var fleet = new Fleet(caller);
            var report = fleet.run(run, targets(clone), _ -> {});
            assertThat(report.in(TargetState.OFFLINE))
                    .singleElement()
                    .satisfies(
                            entry ->
                                    assertThat(entry.target().presence())
                                            .isEqualTo(Presence.FROZEN));
            assertThat(report.targets().notices()).anyMatch(line -> line.contains("frozen"));
        }
    }

    private Report run(Duration timeout, Target... nodes) {
        try (var caller = village.caller()) {
            return new Fleet(caller).run(ping(timeout), targets(nodes), _ -> {});
        }
    }

    /**
     * Runs until that much came in and was or was not believed, so that no test depends on how fast
     * the machine is.
     */
    private Report runUntil(int strays, int answers, Target... nodes) {
        var told = new AtomicInteger();
        var result = new CompletableFuture<Report>();
        try (var caller = village.caller()) {
            var command =
                    Thread.ofPlatform()
                            .start(
                                    () ->
                                            result.complete(
                                                    new Fleet(caller)
                                                            .run(
                                                                    ping(LONG),
                                                                    targets(nodes),
                                                                    _ -> told.incrementAndGet())));
            await().atMost(LONG)
                    .until(() -> told.get() >= answers && count(caller.strays().tally()) >= strays);
            command.interrupt();
            return result.join();
        }
    }

    private static int count(Strays.Tally tally) {
        return tally.counts().values().stream().mapToInt(i -> i).sum();
    }

    private static int strays(Report report, Stray.Kind kind) {
        return report.strays().counts().getOrDefault(kind, 0);
    }

    @Test
    void itIsOverAsSoonAsEveryTargetHasAnswered() {
        village.node("n-1", "web01", _ -> HERE);
        village.node("n-2", "web02", _ -> new Outcome.Changed("done", Fields.EMPTY));
        var report = run(LONG, up("n-1", "web01"), up("n-2", "web02"));
        assertThat(report.entries())
                .extracting(Entry::name, Entry::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("web01", TargetState.OK),
                        org.assertj.core.groups.Tuple.tuple("web02", TargetState.CHANGED));
        assertThat(report.took()).isLessThan(LONG);
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
    }

    @Test
    void silenceIsNeverSuccess() {
        village.node("n-1", "web01", _ -> HERE);
        var report = run(BRIEF, up("n-1", "web01"), up("n-2", "web02"));
        assertThat(report.in(TargetState.NO_REPLY))
                .extracting(Entry::name)
                .containsExactly("web02");
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.INCOMPLETE);
    }

    @Test
    void whoIsKnownToBeAwayIsNotAskedAndNotForgotten() {
        village.node("n-1", "web01", _ -> HERE);
        var report = run(LONG, up("n-1", "web01"), target("n-2", "web02", Presence.DOWN));
        assertThat(report.count(TargetState.OFFLINE)).isEqualTo(1);
        assertThat(report.count(TargetState.OK)).isEqualTo(1);
    }

    @Test
    void aReplyOfAnotherFleetWithTheSameNamesIsNotBelieved() {
        var forger = new TestFleet("test", Instant.now()).node("n-1");
        village.node("n-1", (call, _) -> call.reply(forger, "web01", 0, FINAL));
        var report = runUntil(1, 0, up("n-1", "web01"));
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        assertThat(strays(report, Stray.Kind.UNVERIFIED)).isEqualTo(1);
    }

    @Test
    void aReplyAlteredOnItsWayIsNotBelieved() {
        village.node(
                "n-1",
                (call, node) -> {
                    var payload = call.payload(node.identity(), "web01", 0, FINAL);
                    var signed = Envelope.decode(node.signer().sign(PayloadType.REPLY, payload));
                    var other = call.payload(node.identity(), "evil", 0, FINAL);
                    call.send(
                            new Envelope(
                                            signed.type(),
                                            other,
                                            signed.signatures(),
                                            signed.certificates())
                                    .encode());
                });
        var report = runUntil(1, 0, up("n-1", "web01"));
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        assertThat(strays(report, Stray.Kind.UNVERIFIED)).isEqualTo(1);
    }

    @Test
    void aNodeCannotAnswerForAnother() {
        village.node(
                "n-2",
                (call, node) -> {
                    var victim = Identity.node("test", new NodeId("n-1"));
                    var payload = call.payload(victim, "web01", 0, FINAL);
                    call.send(node.signer().sign(PayloadType.REPLY, payload));
                });
        var report = runUntil(1, 0, up("n-1", "web01"), up("n-2", "web02"));
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(2);
        assertThat(report.strays().first())
                .singleElement()
                .satisfies(
                        stray -> {
                            assertThat(stray.kind()).isEqualTo(Stray.Kind.WRONG_SENDER);
                            assertThat(stray.who()).isEqualTo("node/n-2");
                            assertThat(stray.problem()).contains("node/n-1");
                        });
    }

    @Test
    void anOperatorCannotAnswerForANodeNorTheHub() {
        var hub = village.authority().hub();
        var bob = village.authority().operator("bob");
        village.node(
                "n-1",
                (call, _) -> {
                    call.reply(hub, "web01", 0, FINAL);
                    call.reply(bob, "web01", 0, FINAL);
                });
        var report = runUntil(2, 0, up("n-1", "web01"));
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        assertThat(strays(report, Stray.Kind.WRONG_SENDER)).isEqualTo(1);
        assertThat(strays(report, Stray.Kind.UNVERIFIED)).isEqualTo(1);
    }

    @Test
    void aReplyToOtherBytesThanWereSentDoesNotCount() {
        village.node(
                "n-1",
                (call, node) -> {
                    var reply = call.reply(node.identity(), "web01", 0, FINAL, "0".repeat(64));
                    call.send(node.signer().sign(PayloadType.REPLY, reply.encode()));
                });
        var report = runUntil(1, 0, up("n-1", "web01"));
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        assertThat(strays(report, Stray.Kind.WRONG_DIGEST)).isEqualTo(1);
    }

    @Test
    void whoWasNotAskedDoesNotCount() {
        var stranger = village.authority().node("n-9");
        village.node(
                "n-1",
                (call, node) -> {
                    call.reply(stranger, "stranger", 0, FINAL);
                    call.reply(node, "web01", 0, FINAL);
                });
        var report = runUntil(1, 1, up("n-1", "web01"), up("n-2", "web02"));
        assertThat(report.entries()).hasSize(2);
        assertThat(strays(report, Stray.Kind.NOT_A_TARGET)).isEqualTo(1);
    }

    @Test
    void twoLastWordsThatDifferAreAnAlarm() {
        village.node(
                "n-1",
                (call, node) -> {
                    call.reply(node, "web01", 0, FINAL);
                    call.reply(
                            node, "web01", 1, new Answer.Final(Outcome.failed("x", "no, not so")));
                });
        var report = runUntil(1, 1, up("n-1", "web01"), up("n-2", "silent"));
        assertThat(report.answered()).hasSize(1);
        assertThat(report.strays().counts()).containsOnlyKeys(Stray.Kind.CONTRADICTION);
        assertThat(strays(report, Stray.Kind.CONTRADICTION)).isEqualTo(1);
    }

    @Test
    void whatANodeSaysOfOtherApprovalsIsNotTheAnswer() {
        village.node(
                "n-1",
                (call, node) -> {
                    var early = new Outcome.Refused(Reason.APPROVAL_MISSING, "0 count here");
                    judged(call, node, early, "0".repeat(64));
                    judged(call, node, HERE, call.envelope().approvals());
                });
        var report = runUntil(1, 1, up("n-1", "web01"), up("n-2", "silent"));
        assertThat(report.count(TargetState.OK)).isEqualTo(1);
        assertThat(strays(report, Stray.Kind.WRONG_DIGEST)).isEqualTo(1);
    }

    private static void judged(
            Village.Call call, Credentials node, Outcome outcome, String approvals) {
        var answer = new Answer.Final(outcome);
        var reply = call.reply(node.identity(), "web01", 0, answer, call.digest());
        call.send(node.signer().sign(PayloadType.REPLY, reply.judging(approvals).encode()));
    }

    @Test
    void garbageInTheInboxIsCountedAndDoesNoHarm() {
        village.node(
                "n-1",
                (call, node) -> {
                    call.send(Bytes.utf8("not an envelope"));
                    call.send(Bytes.wrap(new byte[0]));
                    var noReply = node.signer().sign(PayloadType.REPLY, Bytes.utf8("{}"));
                    call.send(noReply);
                    call.reply(node, "web01", 0, FINAL);
                });
        var report = runUntil(3, 1, up("n-1", "web01"), up("n-2", "silent"));
        assertThat(report.count(TargetState.OK)).isEqualTo(1);
        assertThat(strays(report, Stray.Kind.UNVERIFIED)).isEqualTo(2);
        assertThat(strays(report, Stray.Kind.UNREADABLE)).isEqualTo(1);
    }

    @Test
    void anAnswerToAnEarlierRequestIsLate() {
        var replies = new ConcurrentLinkedQueue<Runnable>();
        village.node("n-1", (call, node) -> replies.add(() -> call.reply(node, "web01", 0, FINAL)));
        try (var caller = village.caller()) {
            var fleet = new Fleet(caller);
            var first = fleet.run(ping(BRIEF), targets(up("n-1", "web01")), _ -> {});
            assertThat(first.count(TargetState.NO_REPLY)).isEqualTo(1);
            replies.remove().run();
            await().atMost(LONG).until(() -> count(caller.strays().tally()) == 1);
            var second = fleet.run(ping(BRIEF), targets(up("n-1", "web01")), _ -> {});
            assertThat(second.count(TargetState.NO_REPLY)).isEqualTo(1);
            assertThat(strays(second, Stray.Kind.LATE)).isEqualTo(1);
            assertThat(second.strays().alarming()).isZero();
        }
    }

    @Test
    void whoGoesDownIsAwaitedUntilItIsBack() {
        village.node(
                "n-1",
                (call, node) -> {
                    call.reply(node, "old", 0, new Answer.Armed("going down"));
                    call.reply(
                            node,
                            "new",
                            1,
                            new Answer.Final(new Outcome.Changed("back", Fields.EMPTY)));
                });
        var told = new ArrayList<Entry>();
        try (var caller = village.caller()) {
            var report = new Fleet(caller).run(ping(LONG), targets(up("n-1", "old")), told::add);
            assertThat(report.in(TargetState.CHANGED))
                    .extracting(Entry::name)
                    .containsExactly("new");
        }
        assertThat(told).hasSize(1);
    }

    @Test
    void ctrlCLeavesAnHonestReport() throws InterruptedException {
        var asked = new CountDownLatch(1);
        village.node("n-1", "web01", _ -> HERE);
        village.node("n-2", (_, _) -> asked.countDown());
        var result = new ArrayList<Report>();
        var command =
                Thread.ofPlatform()
                        .start(() -> result.add(run(LONG, up("n-1", "web01"), up("n-2", "web02"))));
        asked.await();
        command.interrupt();
        command.join();
        assertThat(result).hasSize(1);
        assertThat(result.getFirst().stopped()).isTrue();
        assertThat(result.getFirst().count(TargetState.NO_REPLY)).isPositive();
        assertThat(ExitCode.of(result.getFirst())).isEqualTo(ExitCode.STOPPED);
    }

    @Test
    void whatWasInterruptedBeforeItWasSentIsNotSent() {
        Thread.currentThread().interrupt();
        var report = run(LONG, up("n-1", "web01"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(1);
        assertThat(report.stopped()).isTrue();
    }

    @Test
    void withoutABusTheFirstRequestFails() {
        try (var caller = village.caller()) {
            village.bus().stop();
            assertThatThrownBy(
                            () ->
                                    new Fleet(caller)
                                            .run(ping(LONG), targets(up("n-1", "a")), _ -> {}))
                    .isInstanceOf(TransportException.class);
        }
    }
}
