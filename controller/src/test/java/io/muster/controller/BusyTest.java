package io.muster.controller;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.BuiltIn;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Replies;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** When a node that is at another change is sent to again, and when not. */
class BusyTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final NodeId NODE = new NodeId("n-1");

    private final Village village = new Village();
    private final AtomicLong now = new AtomicLong();
    private final Book book = new Book();
    private final Caller caller = village.caller();
    private final Run run =
            new Run(
                            BuiltIn.USER_ENSURE.name(),
                            BuiltIn.USER_ENSURE.actionClass(),
                            Fields.EMPTY,
                            Filter.EVERYTHING,
                            false,
                            Duration.ofMinutes(1),
                            LONG)
                    .waiting(Duration.ofMinutes(1));
    private final Past past =
            Past.none(
                    run.action(),
                    run.actionClass(),
                    LONG,
                    Rollout.ALL_AT_ONCE,
                    Village.targets(up("n-1", "web01")));
    private final Ledger ledger = past.ledger(now::get);
    private final Outgoing outgoing =
            new Outgoing(caller, Signing.anew(caller, run, 1), ledger, book, Optional.empty());
    private final Busy busy =
            new Busy(
                    run.waits(),
                    ledger,
                    new Brakes(past, ledger, book, Locks.NOBODY),
                    outgoing,
                    book,
                    now::get);

    @AfterEach
    void close() {
        caller.close();
        village.close();
    }

    /** What somebody says beside the journal. */
    private static final class Book implements QuietBook {
        private final Set<NodeId> out = new HashSet<>();
        private boolean paused;
        private Optional<String> canceller = Optional.empty();

        @Override
        public boolean pauses() {
            return paused;
        }

        @Override
        public Optional<String> cancelled() {
            return canceller;
        }

        @Override
        public Set<NodeId> takenOut() {
            return out;
        }
    }

    /** It was sent to, and said that it is busy; some seconds ago. */
    private RequestId busy(Replies replies) throws InterruptedException {
        village.node("n-1", "web01", _ -> new Outcome.Refused(Reason.BUSY, "bob is at it"));
        outgoing.send(past.targets().all(), false, replies);
        var said = replies.next(LONG).orElseThrow();
        assertThat(busy.takes(said)).isTrue();
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        return said.reply().request();
    }

    @Test
    void itIsSentAnotherRequestWhenItsTimeHasCome() throws InterruptedException {
        try (var replies = caller.listen(Outgoing.roles(List.of()))) {
            var first = busy(replies);
            assertThat(busy.resend(replies)).isEmpty();
            assertThat(ledger.open(first)).isEmpty();
            assertThat(replies.next(LONG).orElseThrow().reply().request()).isNotEqualTo(first);
        }
    }

    @Test
    void whileTheRunPausesItIsNotAndLaterItIs() throws InterruptedException {
        try (var replies = caller.listen(Outgoing.roles(List.of()))) {
            var first = busy(replies);
            book.paused = true;
            assertThat(busy.resend(replies)).isEmpty();
            assertThat(ledger.open(first)).hasSize(1);
            assertThat(ledger.awaited(NODE)).isTrue();
            book.paused = false;
            now.addAndGet(Duration.ofSeconds(2).toNanos());
            assertThat(busy.resend(replies)).isEmpty();
            assertThat(ledger.open(first)).isEmpty();
        }
    }

    @Test
    void onceTheRunIsCancelledItStaysAtWhatItSaid() throws InterruptedException {
        try (var replies = caller.listen(Outgoing.roles(List.of()))) {
            busy(replies);
            book.canceller = Optional.of("operator/alice");
            assertThat(busy.resend(replies)).hasSize(1);
        }
    }

    @Test
    void whatPausesAndIsThenCancelledEnds() throws InterruptedException {
        try (var replies = caller.listen(Outgoing.roles(List.of()))) {
            busy(replies);
            book.paused = true;
            book.canceller = Optional.of("operator/alice");
            assertThat(busy.resend(replies)).hasSize(1);
        }
    }

    @Test
    void whoIsTakenOutIsSentNothingElse() throws InterruptedException {
        try (var replies = caller.listen(Outgoing.roles(List.of()))) {
            var first = busy(replies);
            book.out.add(NODE);
            busy.resend(replies);
            assertThat(ledger.awaited(NODE)).isFalse();
            assertThat(ledger.open(first)).isEmpty();
            assertThat(ledger.entry(NODE).state()).isEqualTo(TargetState.CANCELLED);
        }
    }

    @Test
    void whenNobodyElseIsSentToItStaysAtWhatItSaidAndIsNotWaitedForAgain()
            throws InterruptedException {
        try (var replies = caller.listen(Outgoing.roles(List.of()))) {
            busy(replies);
            var last = busy.last();
            assertThat(last).hasSize(1);
            assertThat(busy.takes(last.getFirst())).isFalse();
            assertThat(busy.resend(replies)).isEmpty();
            assertThat(ledger.enter(last.getFirst())).isEmpty();
            assertThat(ledger.entry(NODE).state()).isEqualTo(TargetState.REFUSED);
        }
    }

    @Test
    void soItIsIfSomebodyStopsTheRunWhileItIsAboutToBeSentAgain() throws InterruptedException {
        try (var replies = caller.listen(Outgoing.roles(List.of()))) {
            busy(replies);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> busy.resend(replies)).isInstanceOf(InterruptedException.class);
            var last = busy.last();
            assertThat(last).hasSize(1);
            assertThat(ledger.enter(last.getFirst())).isEmpty();
            assertThat(ledger.entry(NODE).state()).isEqualTo(TargetState.REFUSED);
        }
    }
}
