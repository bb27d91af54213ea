package io.muster.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.BuiltIn;
import io.muster.controller.ask.Received;
import io.muster.controller.ask.Stray;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.Standing;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueState;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class LedgerTest {
    private static final RequestId REQUEST = new RequestId("0".repeat(32));
    private static final RequestId OTHER = new RequestId("1".repeat(32));
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    /** Something that may come in: from one of nodes 0 to 19, of which some were not asked. */
    record Event(int node, RequestId request, Answer answer) {
        Received received() {
            var identity = Identity.node("test", new NodeId("n-" + node));
            return new Received(
                    new Reply(request, "d", identity, "name" + node, 0, answer, NOON, NOON, "b"),
                    System.nanoTime());
        }
    }

    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Answer> answers =
                Arbitraries.of(
                        new Answer.Part(Fields.EMPTY),
                        new Answer.Armed("bye"),
                        new Answer.Final(Outcome.ok("")),
                        new Answer.Final(new Outcome.Changed("", Fields.EMPTY)),
                        new Answer.Final(Outcome.failed("x", "")),
                        new Answer.Final(new Outcome.Refused(Reason.POLICY, "")),
                        new Answer.Final(new Outcome.Expired("")),
                        new Answer.Final(new Outcome.Interrupted("")),
                        new Answer.Final(new Outcome.Cancelled("")));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 19),
                        Arbitraries.of(REQUEST, REQUEST, OTHER),
                        answers)
                .as(Event::new)
                .list()
                .ofMaxSize(60);
    }

    private static Targets targets(int online, int offline) {
        var all = new java.util.ArrayList<Target>();
        for (int i = 0; i < online + offline; i++) {
            var presence = i < online ? Presence.UP : Presence.DOWN;
            all.add(new Target(new NodeId("n-" + i), "name" + i, presence, Optional.empty()));
        }
        return new Targets(all, List.of(), "presence", Duration.ZERO, List.of());
    }

    private static Report report(Targets targets, List<Entry> entries) {
        return new Report(
                BuiltIn.NODE_PING.name(),
                targets,
                entries,
                Strays.Tally.NONE,
                Duration.ZERO,
                Optional.empty(),
                false,
                Optional.empty());
    }

    @Property
    void whateverComesInTheCountsAddUp(@ForAll("events") List<Event> events) {
        var targets = targets(10, 5);
        var ledger = new Ledger(targets);
        ledger.sent(REQUEST, targets.online().subList(0, 8));
        events.forEach(event -> ledger.enter(event.received()));
        var report = report(targets, ledger.entries());
        assertThat(report.counts().values().stream().mapToInt(i -> i).sum()).isEqualTo(15);
        assertThat(report.count(TargetState.OFFLINE)).isEqualTo(5);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(2);
        assertThat(ledger.complete()).isEqualTo(report.count(TargetState.NO_REPLY) == 0);
    }

    @Property
    void theFirstFinalAnswerDecides(@ForAll("events") List<Event> events) {
        var targets = targets(20, 0);
        var ledger = new Ledger(targets);
        ledger.sent(REQUEST, targets.online());
        events.forEach(event -> ledger.enter(event.received()));
        for (var entry : ledger.entries()) {
            var first =
                    events.stream()
                            .filter(event -> event.request().equals(REQUEST))
                            .filter(event -> ("n-" + event.node()).equals(entry.id().value()))
                            .map(Event::answer)
                            .filter(Answer.Final.class::isInstance)
                            .map(answer -> ((Answer.Final) answer).outcome().word())
                            .findFirst();
            assertThat(entry.state().word()).isEqualTo(first.orElse("no-reply"));
        }
    }

    @Test
    void aReportThatForgetsATargetIsADefect() {
        var targets = targets(2, 0);
        var entries = new Ledger(targets).entries();
        assertThatThrownBy(() -> report(targets, entries.subList(0, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("do not add up");
        assertThatThrownBy(() -> report(targets, List.of(entries.getFirst(), entries.getFirst())))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoGoesDownAndStaysAwayIsSilentButSaidSo() {
        var targets = targets(1, 0);
        var ledger = new Ledger(targets);
        ledger.sent(REQUEST, targets.online());
        assertThat(ledger.enter(new Event(0, REQUEST, new Answer.Armed("bye")).received()))
                .isEmpty();
        assertThat(ledger.complete()).isFalse();
        assertThat(ledger.entries())
                .singleElement()
                .matches(Entry::awaitedBack)
                .matches(entry -> entry.state() == TargetState.NO_REPLY);
    }

    @Test
    void theFirstLastWordStandsAndOnlyAnotherOneIsAnAlarm() {
        var targets = targets(1, 0);
        var ledger = new Ledger(targets);
        ledger.sent(REQUEST, targets.online());
        var first = new Event(0, REQUEST, new Answer.Final(Outcome.ok("")));
        var other = new Event(0, REQUEST, new Answer.Final(Outcome.failed("x", "")));
        assertThat(ledger.enter(first.received())).isEmpty();
        assertThat(ledger.enter(first.received())).isEmpty();
        assertThat(ledger.enter(other.received())).contains(Stray.Kind.CONTRADICTION);
        assertThat(ledger.entries().getFirst().state()).isEqualTo(TargetState.OK);
    }

    @Test
    void whoIsAwayCannotBeSentTo() {
        var targets = targets(0, 1);
        assertThatThrownBy(() -> new Ledger(targets).sent(REQUEST, targets.all()))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Event said(Outcome outcome) {
        return new Event(0, REQUEST, new Answer.Final(outcome));
    }

    @ParameterizedTest
    @EnumSource(names = {"APPROVAL_MISSING", "NOT_RECORDED"})
    void whatIsRefusedForNowIsNoLastWordIfItWasDoneSince(Reason reason) {
        var targets = targets(1, 0);
        var ledger = new Ledger(targets);
        ledger.sent(REQUEST, targets.online());
        var few = new Outcome.Refused(reason, "not now");
        assertThat(ledger.enter(said(few).received())).isEmpty();
        assertThat(ledger.refusedForNow(REQUEST)).isEqualTo(targets.online());
        assertThat(ledger.refusedForNow(OTHER)).isEmpty();
        assertThat(ledger.failed()).isEqualTo(1);
        for (var nothing : List.of(few, new Outcome.Expired("too late"))) {
            assertThat(ledger.enter(said(nothing).received())).isEmpty();
            assertThat(ledger.entries().getFirst().state()).isEqualTo(TargetState.REFUSED);
        }
        var done = new Outcome.Changed("done", Fields.EMPTY);
        assertThat(ledger.enter(said(done).received())).isEmpty();
        assertThat(ledger.entries().getFirst().state()).isEqualTo(TargetState.CHANGED);
        assertThat(ledger.failed()).isZero();
        assertThat(ledger.refusedForNow(REQUEST)).isEmpty();
        assertThat(ledger.enter(said(few).received())).contains(Stray.Kind.CONTRADICTION);
    }

    @Test
    void whatWasLeftAtTheHubCountsAsSoonAsItWasHandedOut() {
        var targets = targets(0, 2);
        var ledger = new Ledger(targets);
        ledger.queued(REQUEST, targets.all().getFirst(), new Standing.There(QueueState.WAITING));
        ledger.queued(OTHER, targets.all().getLast(), new Standing.Unsure());
        assertThat(ledger.failed()).isZero();
        ledger.queued(REQUEST, new Standing.There(QueueState.HANDED));
        assertThat(ledger.failed()).isEqualTo(1);
        assertThat(ledger.enter(new Event(1, OTHER, new Answer.Accepted()).received())).isEmpty();
        assertThat(ledger.failed()).isEqualTo(2);
        ledger.await(targets.all());
        assertThat(ledger.failed()).isZero();
    }
}
