package io.muster.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.ask.Received;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class ReplyCollectorTest {
    private static final RequestId REQUEST = new RequestId("0".repeat(32));
    private static final NodeId NODE = new NodeId("n-1");
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final List<Outcome> written = new ArrayList<>();
    private final List<TargetState> told = new ArrayList<>();
    private final Strays strays = new Strays();

    private static Received said(Outcome outcome) {
        var identity = Identity.node("test", NODE);
        var answer = new Answer.Final(outcome);
        return new Received(
                new Reply(REQUEST, "d", identity, "web01", 0, answer, NOON, NOON, "b"),
                System.nanoTime());
    }

    private ReplyCollector collector() {
        var target = new Target(NODE, "web01", Presence.UP, Optional.empty());
        var targets = new Targets(List.of(target), List.of(), "all", Duration.ZERO, List.of());
        var ledger = new Ledger(targets);
        ledger.sent(REQUEST, targets.online());
        var book =
                new QuietBook() {
                    @Override
                    public void heard(Received received, Duration after) {
                        if (received.reply().answer() instanceof Answer.Final(Outcome outcome)) {
                            written.add(outcome);
                        }
                    }
                };
        return new ReplyCollector(ledger, strays, book, entry -> told.add(entry.state()), () -> {});
    }

    @Test
    void whatIsDoneWithMoreApprovalsIsWrittenDownInPlaceOfTheRefusal() {
        var collector = collector();
        var few = new Outcome.Refused(Reason.APPROVAL_MISSING, "1 of 2");
        var done = new Outcome.Changed("done", Fields.EMPTY);
        for (var outcome : List.of(few, few, done, done)) {
            collector.take(said(outcome));
        }
        assertThat(written).containsExactly(few, done);
        assertThat(told).containsExactly(TargetState.REFUSED, TargetState.CHANGED);
    }

    @Test
    void anotherLastWordIsNeitherWrittenDownNorTold() {
        var collector = collector();
        var done = new Outcome.Changed("done", Fields.EMPTY);
        for (var outcome : List.of(done, done, Outcome.failed("x", "no"))) {
            collector.take(said(outcome));
        }
        assertThat(written).containsExactly(done);
        assertThat(told).containsExactly(TargetState.CHANGED);
        assertThat(strays.tally().alarming()).isOne();
    }
}
