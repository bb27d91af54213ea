package io.muster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.audit.Inspection;
import io.muster.audit.Problem;
import io.muster.controller.TargetState;
import io.muster.controller.rollout.Halt;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.simulation.History.Begun;
import io.muster.simulation.History.Extent;
import io.muster.simulation.History.OfNode;
import io.muster.simulation.History.OfRun;
import io.muster.simulation.History.Step;
import io.muster.simulation.Violation.Promise;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What must not be is found: in a history that was good until somebody changed it. */
class CheckerTest {
    private static final Outcome FAILED = Outcome.failed("exit-status", "did not work");

    private static Path directory;
    private static History good;
    private static Mark mark;
    private static OfRun run;

    /** One in which something was changed, by a run whose report says so. */
    @BeforeAll
    static void live() throws IOException {
        directory = Files.createTempDirectory("muster-checker-");
        var cast = new Cast(Files.createDirectory(directory.resolve("cast")));
        for (long seed = 1; ; seed++) {
            var place = Files.createDirectory(directory.resolve("world" + seed));
            var world = new World(seed, cast, place, Flaw.NONE);
            good = world.live();
            world.close();
            remove(directory.resolve("kept"));
            world.keep(directory.resolve("kept"));
            for (var each : good.runs()) {
                var done = each.run().past().report().in(TargetState.CHANGED);
                var marks =
                        good.marks().stream()
                                .filter(m -> each.requests().containsKey(m.request()))
                                .filter(m -> done.stream().anyMatch(e -> e.id().equals(m.node())))
                                .toList();
                if (!marks.isEmpty() && each.shown().isPresent()) {
                    mark = marks.getFirst();
                    run = each;
                    return;
                }
            }
        }
    }

    @AfterAll
    static void remove() throws IOException {
        remove(directory);
    }

    private static void remove(Path place) throws IOException {
        if (Files.exists(place)) {
            try (var all = Files.walk(place)) {
                for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Set<Promise> broken(History history) {
        var broken = new LinkedHashSet<Promise>();
        Checker.check(history, true).forEach(violation -> broken.add(violation.promise()));
        return broken;
    }

    private static History marked(Mark... more) {
        var marks = new ArrayList<>(good.marks());
        marks.addAll(List.of(more));
        return new History(marks, good.nodes(), good.runs(), good.skew(), good.extents());
    }

    private static History instead(Mark other) {
        var marks = new ArrayList<>(good.marks());
        marks.set(marks.indexOf(mark), other);
        return new History(marks, good.nodes(), good.runs(), good.skew(), good.extents());
    }

    private static History node(UnaryOperator<OfNode> change) {
        var nodes = new LinkedHashMap<>(good.nodes());
        nodes.computeIfPresent(mark.node(), (_, node) -> change.apply(node));
        return new History(good.marks(), nodes, good.runs(), good.skew(), good.extents());
    }

    private static History run(UnaryOperator<OfRun> change) {
        var runs = new ArrayList<>(good.runs());
        runs.set(runs.indexOf(run), change.apply(run));
        return new History(good.marks(), good.nodes(), runs, good.skew(), good.extents());
    }

    private static OfRun stepping(List<Step> more) {
        var steps = new ArrayList<>(run.steps());
        steps.addAll(more);
        return new OfRun(run.run(), run.requests(), steps, run.shown());
    }

    private static <K, V> Map<K, V> without(Map<K, V> all, K key) {
        var rest = new LinkedHashMap<>(all);
        rest.remove(key);
        return rest;
    }

    @Test
    void whatWentWellIsNotComplainedOf() {
        assertThat(Checker.check(good, true)).isEmpty();
    }

    @Test
    void whatWasDoneTwice() {
        assertThat(broken(marked(mark))).containsExactly(Promise.ONCE);
    }

    @Test
    void whatNobodyAskedFor() {
        var unknown = new RequestId("0".repeat(32));
        assertThat(broken(marked(new Mark(mark.node(), unknown, mark.at()))))
                .containsExactly(Promise.SIGNED);
    }

    @Test
    void whatWasMeantForAnother() {
        var other = new Mark(new NodeId("n99"), mark.request(), mark.at());
        assertThat(broken(marked(other))).contains(Promise.SIGNED, Promise.WRITTEN_DOWN);
    }

    @Test
    void whatWasDoneTooLateOrTooEarly() {
        var request = Objects.requireNonNull(run.requests().get(mark.request())).request();
        var late = new Mark(mark.node(), mark.request(), request.expires());
        assertThat(broken(instead(late))).containsExactly(Promise.IN_TIME);
        var before = request.issued().minus(good.skew()).minusMillis(1);
        var early = new Mark(mark.node(), mark.request(), before);
        assertThat(broken(instead(early))).containsExactly(Promise.IN_TIME);
    }

    @Test
    void whatWasNotWrittenDownBefore() {
        var forgotten =
                node(
                        n ->
                                new OfNode(
                                        without(n.begun(), mark.request()),
                                        without(n.ended(), mark.request()),
                                        n.accepted(),
                                        n.audit(),
                                        n.full()));
        assertThat(broken(forgotten)).contains(Promise.WRITTEN_DOWN, Promise.TRUE_REPORT);
        var unaudited = node(n -> new OfNode(n.begun(), n.ended(), Set.of(), n.audit(), n.full()));
        assertThat(broken(unaudited)).containsExactly(Promise.WRITTEN_DOWN);
    }

    @Test
    void whatHasNoEnd() {
        var digest = Objects.requireNonNull(run.requests().get(mark.request())).digest();
        var endless =
                node(
                        n ->
                                new OfNode(
                                        Map.of(mark.request(), new Begun(digest, mark.at())),
                                        without(n.ended(), mark.request()),
                                        n.accepted(),
                                        n.audit(),
                                        n.full()));
        assertThat(broken(endless)).contains(Promise.ENDED);
        assertThat(Checker.check(endless, false))
                .extracting(Violation::promise)
                .doesNotContain(Promise.ENDED);
    }

    @Test
    void whatWasBegunAndIsNotWhatWasSigned() {
        var altered =
                node(
                        n ->
                                new OfNode(
                                        Map.of(mark.request(), new Begun("0", mark.at())),
                                        n.ended(),
                                        n.accepted(),
                                        n.audit(),
                                        n.full()));
        assertThat(broken(altered)).containsExactly(Promise.SIGNED);
    }

    @Test
    void whatWasReportedAndIsNotSo() {
        var undone =
                new History(
                        good.marks().stream().filter(m -> !m.equals(mark)).toList(),
                        good.nodes(),
                        good.runs(),
                        good.skew(),
                        good.extents());
        assertThat(broken(undone)).containsExactly(Promise.TRUE_REPORT);
    }

    @Test
    void whatWasToldAndIsNotWrittenDown() {
        var told = new LinkedHashMap<>(run.shown().orElseThrow());
        told.put(mark.node(), "failed");
        var lying = run(r -> new OfRun(r.run(), r.requests(), r.steps(), Optional.of(told)));
        assertThat(broken(lying)).containsExactly(Promise.TRUE_REPORT);
        var short1 = without(told, mark.node());
        var short2 = run(r -> new OfRun(r.run(), r.requests(), r.steps(), Optional.of(short1)));
        assertThat(broken(short2)).contains(Promise.ADDS_UP);
    }

    @Test
    void twoRequestsForOneNode() {
        var other = new Step.Sent(new RequestId("0".repeat(32)), List.of(mark.node()));
        assertThat(broken(run(_ -> stepping(List.of(other))))).contains(Promise.ONE_REQUEST);
    }

    @Test
    void moreSentThanMay() {
        var steps = new ArrayList<Step>();
        for (int i = 0; i < 10; i++) {
            steps.add(new Step.Heard(new NodeId("x" + i), FAILED));
        }
        steps.add(new Step.Sent(mark.request(), List.of(new NodeId("x10"))));
        assertThat(broken(run(_ -> stepping(steps)))).contains(Promise.BUDGET);
    }

    /** One after the other: whoever goes on with a run must not send to it again. */
    @Test
    void whoHadEndedWasSentToAgain() {
        var other = new NodeId("x1");
        var ended = new Step.Heard(other, new Outcome.Changed("done", Fields.EMPTY));
        var again = new Step.Sent(mark.request(), List.of(other));
        assertThat(broken(run(_ -> stepping(List.of(ended, again))))).contains(Promise.FINISHED);
        assertThat(broken(run(_ -> stepping(List.of(again, ended)))))
                .doesNotContain(Promise.FINISHED);
    }

    @Test
    void sentAfterANodeHadMetALock() {
        var met =
                new Step.Heard(
                        new NodeId("x1"), new Outcome.Refused(Reason.LOCKED, "everything is"));
        var next = new Step.Sent(mark.request(), List.of(new NodeId("x2")));
        assertThat(broken(run(_ -> stepping(List.of(met, next))))).contains(Promise.LOCK);
        // Whoever goes on with it has seen that.
        var left = new Step.Left(Optional.of(Halt.Cause.LOCKED));
        assertThat(broken(run(_ -> stepping(List.of(met, left, next)))))
                .doesNotContain(Promise.LOCK);
        var killed = new Step.Left(Optional.empty());
        assertThat(broken(run(_ -> stepping(List.of(met, killed, next))))).contains(Promise.LOCK);
    }

    @Test
    void whatHasGrownBeyondItsLimit() {
        assertThat(good.extents()).isNotEmpty();
        var large = List.of(new Extent("bytes of something", 11, 10));
        var grown = new History(good.marks(), good.nodes(), good.runs(), good.skew(), large);
        assertThat(broken(grown)).containsExactly(Promise.BOUNDED);
        var full = List.of(new Extent("bytes of something", 10, 10));
        assertThat(broken(new History(good.marks(), good.nodes(), good.runs(), good.skew(), full)))
                .isEmpty();
    }

    @Test
    void aReceiptForWhatIsNotInTheJournal() {
        var unknown = new Step.Receipt(mark.node(), new RequestId("0".repeat(32)));
        assertThat(broken(run(_ -> stepping(List.of(unknown))))).containsExactly(Promise.RECEIPT);
        var elsewhere = new Step.Receipt(new NodeId("n99"), mark.request());
        assertThat(broken(run(_ -> stepping(List.of(elsewhere))))).containsExactly(Promise.RECEIPT);
    }

    @Test
    void aReceiptAndNoEnd() {
        var receipt = new Step.Receipt(mark.node(), mark.request());
        var told = new ArrayList<>(good.runs());
        told.set(told.indexOf(run), stepping(List.of(receipt)));
        var digest = Objects.requireNonNull(run.requests().get(mark.request())).digest();
        var nodes = new LinkedHashMap<>(good.nodes());
        nodes.computeIfPresent(
                mark.node(),
                (_, n) ->
                        new OfNode(
                                Map.of(mark.request(), new Begun(digest, mark.at())),
                                without(n.ended(), mark.request()),
                                n.accepted(),
                                n.audit(),
                                n.full()));
        var endless = new History(good.marks(), nodes, told, good.skew(), good.extents());
        assertThat(Checker.check(endless, true))
                .filteredOn(violation -> violation.promise() == Promise.ENDED)
                .extracting(Violation::what)
                .anyMatch(what -> what.contains("said that it has"));
    }

    /** Otherwise nothing would be seen of the rule about them. */
    @Test
    void receiptsAreReadOfTheJournalsOfRuns() {
        assertThat(good.runs())
                .flatExtracting(OfRun::steps)
                .anyMatch(step -> step instanceof Step.Receipt);
    }

    @Test
    void aLogThatIsNotSound() {
        var problem = new Problem(Path.of("audit.jsonl"), Optional.of(1L), "changed");
        var changed = new Inspection(List.of(), List.of(problem), List.of());
        assertThat(
                        broken(
                                node(
                                        n ->
                                                new OfNode(
                                                        n.begun(),
                                                        n.ended(),
                                                        n.accepted(),
                                                        changed,
                                                        false))))
                .containsExactly(Promise.AUDIT);
    }

    /** As after a fault in a fleet of real processes. */
    @Test
    void aHistoryIsReadFromADirectory() throws IOException {
        var read = HistoryReader.read(directory.resolve("kept"));
        assertThat(Checker.check(read, true)).isEmpty();
        assertThat(read.marks()).hasSameSizeAs(good.marks());
        assertThat(read.nodes().keySet()).isEqualTo(good.nodes().keySet());
        assertThat(read.runs()).hasSameSizeAs(good.runs());
        Files.writeString(
                directory.resolve("kept/marks.jsonl"),
                "{\"node\":\"n1\",\"request\":\"%s\",\"at\":1}\n".formatted("0".repeat(32)),
                StandardOpenOption.APPEND);
        var changed = HistoryReader.read(directory.resolve("kept"));
        assertThat(broken(changed)).containsExactly(Promise.SIGNED);
    }
}
