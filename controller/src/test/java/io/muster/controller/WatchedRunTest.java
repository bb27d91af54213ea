package io.muster.controller;

import static io.muster.controller.Village.targets;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Received;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A run that people watch, and stop in the middle of a batch or at the very last moment. */
class WatchedRunTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration BRIEF = Duration.ofMillis(100);
    private static final Outcome MADE = new Outcome.Changed("made", Fields.EMPTY);

    private final Village village = new Village();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        village.close();
    }

    /** What was written down, and what people want meanwhile. */
    private static final class Book implements Logbook {
        private final List<List<NodeId>> sent = new ArrayList<>();
        private final Set<NodeId> back = new HashSet<>();
        private final Set<NodeId> out = new HashSet<>();
        private final Consumer<Book> written;
        private final Consumer<Book> between;
        private Consumer<Book> heard = _ -> {};
        private Optional<String> canceller = Optional.empty();
        private int pauses;
        private int waits;

        /**
         * @param written is run after something was written down and before it is sent
         * @param between is run where the run may be held up, once something was sent
         */
        Book(Consumer<Book> written, Consumer<Book> between) {
            this.written = written;
            this.between = between;
        }

        private static List<NodeId> ids(List<Target> targets) {
            return targets.stream().map(Target::id).toList();
        }

        @Override
        public void sending(Asked asked, List<Target> targets) {
            sent.add(ids(targets));
            written.accept(this);
        }

        @Override
        public void keptBack(List<Target> targets) {
            back.addAll(ids(targets));
        }

        @Override
        public Set<NodeId> takenOut() {
            return out;
        }

        @Override
        public Optional<String> cancelled() {
            return canceller;
        }

        @Override
        public boolean pauses() {
            if (!sent.isEmpty()) {
                between.accept(this);
            }
            return pauses-- > 0;
        }

        @Override
        public void pausing(Optional<Batch> after) {
            waits++;
        }

        @Override
        public void heard(Received received, Duration after) {
            heard.accept(this);
        }

        @Override
        public void left(List<Target> targets) {}

        @Override
        public void passed(Batch batch) {}
    }

    private static Book written(Consumer<Book> deed) {
        return new Book(deed, _ -> {});
    }

    private static Book between(Consumer<Book> deed) {
        return new Book(_ -> {}, deed);
    }

    private Target[] nodes(int count, Outcome outcome) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(
                        i -> {
                            var id = "n-" + i;
                            village.node(
                                    id,
                                    "web" + i,
                                    _ -> {
                                        done.add(id);
                                        return outcome;
                                    });
                            return up(id, "web" + i);
                        })
                .toArray(Target[]::new);
    }

    /** Nobody is there who could answer. */
    private static Target[] many(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> up("n-" + i, "web" + i))
                .toArray(Target[]::new);
    }

    private Report run(
            ActionClass actionClass,
            Rollout rollout,
            Duration timeout,
            Logbook book,
            Target... nodes) {
        var run =
                new Run(
                        BuiltIn.USER_ENSURE.name(),
                        actionClass,
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        timeout);
        try (var caller = village.caller()) {
            var fleet = new Fleet(caller);
            var past = Past.none(run.action(), actionClass, timeout, rollout, targets(nodes));
            return fleet.run(past, fleet.signing(run, targets(nodes)), book, _ -> {});
        }
    }

    private Report run(Rollout rollout, Duration timeout, Logbook book, Target... nodes) {
        return run(ActionClass.CHANGE, rollout, timeout, book, nodes);
    }

    private static Rollout steps(String ramp) {
        return Rollout.ALL_AT_ONCE.stepping(Ramp.parse(ramp));
    }

    @Test
    void cancelledInTheMiddleOfABatchItGoesNoFurther() {
        var book = between(b -> b.canceller = Optional.of("alice"));
        var report = run(Rollout.ALL_AT_ONCE, BRIEF, book, many(250));
        assertThat(book.sent.stream().map(List::size)).containsExactly(100);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(150);
        assertThat(report.halt().orElseThrow())
                .isEqualTo(new Halt(Halt.Cause.CANCELLED, "cancelled by alice"));
    }

    @Test
    void pausedInTheMiddleOfABatchItWaits() {
        var paused = new ArrayList<Integer>();
        var book =
                between(
                        b -> {
                            if (paused.isEmpty()) {
                                paused.add(b.sent.size());
                                b.pauses = 1;
                            }
                        });
        var report = run(Rollout.ALL_AT_ONCE, BRIEF, book, many(150));
        assertThat(paused).containsExactly(1);
        assertThat(book.waits).isEqualTo(1);
        assertThat(book.sent).hasSize(2);
        assertThat(report.count(TargetState.NOT_SENT)).isZero();
    }

    @Test
    void whatWasCancelledBetweenWritingItDownAndSendingItIsNotSent() {
        var book = written(b -> b.canceller = Optional.of("alice"));
        var report = run(steps("2"), LONG, book, nodes(3, MADE));
        assertThat(done).isEmpty();
        assertThat(book.back).hasSize(2);
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(3);
    }

    @Test
    void whoIsTakenOutAtTheLastMomentIsNotSentToAndTheRunGoesOn() {
        var second = new NodeId("n-2");
        var book = written(b -> b.out.add(second));
        var report = run(Rollout.ALL_AT_ONCE, LONG, book, nodes(3, MADE));
        assertThat(done).containsExactlyInAnyOrder("n-1", "n-3");
        assertThat(book.back).containsExactly(second);
        assertThat(report.count(TargetState.CANCELLED)).isEqualTo(1);
        assertThat(report.count(TargetState.CHANGED)).isEqualTo(2);
        assertThat(report.halt()).isEmpty();
    }

    @Test
    void whoIsTakenOutBeforeItsBatchIsNotSentTo() {
        var book = between(b -> b.out.add(new NodeId("n-2")));
        var report = run(steps("1"), LONG, book, nodes(3, MADE));
        assertThat(done).containsExactly("n-1", "n-3");
        assertThat(book.sent).hasSize(2);
        assertThat(report.count(TargetState.CANCELLED)).isEqualTo(1);
        assertThat(report.halt()).isEmpty();
    }

    @Test
    void whereSomebodyElseCancelledItTheRunStopsAndWhereItWasTakenOutItDoesNot() {
        var cancelled = new Outcome.Cancelled("by bob");
        var stopped = run(steps("1"), LONG, written(_ -> {}), nodes(2, cancelled));
        assertThat(stopped.halt().orElseThrow().why()).isEqualTo("cancelled on web1");
        var book = written(_ -> {});
        book.heard = b -> b.out.add(new NodeId("n-1"));
        var went = run(steps("1"), LONG, book, nodes(2, cancelled));
        assertThat(book.sent).hasSize(2);
        assertThat(went.halt()).isEmpty();
    }

    @Test
    void aCanaryThatWasTakenOutIsNone() {
        var first = List.of(new NodeId("n-1"), new NodeId("n-2"));
        var one = written(b -> b.out.add(first.getFirst()));
        var report = run(steps("1").after(first), LONG, one, nodes(3, MADE));
        assertThat(report.count(TargetState.CHANGED)).isEqualTo(2);
        var both = written(b -> b.out.addAll(first));
        var none = run(steps("1").after(first), LONG, both, nodes(3, MADE));
        assertThat(none.halt().orElseThrow().by()).isEqualTo(Halt.Cause.CANARY);
        assertThat(none.count(TargetState.NOT_SENT)).isEqualTo(1);
    }

    @Test
    void aLockStopsARolloutWhateverItsBudgetIsAndNotLooking() {
        var locked = new Outcome.Refused(Reason.LOCKED, "all is locked by operator/bob");
        var report = run(steps("1"), LONG, written(_ -> {}), nodes(3, locked));
        assertThat(done).containsExactly("n-1");
        assertThat(report.halt().orElseThrow())
                .isEqualTo(
                        new Halt(
                                Halt.Cause.LOCKED,
                                "locked: web1 says all is locked by operator/bob"));
        done.clear();
        var looked = run(ActionClass.READ, steps("1"), LONG, written(_ -> {}), nodes(3, locked));
        assertThat(done).hasSize(3);
        assertThat(looked.halt()).isEmpty();
    }
}
