package io.muster.simulation;

import io.muster.controller.Entry;
import io.muster.controller.Logbook;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Received;
import io.muster.controller.discovery.Target;
import io.muster.controller.queue.Standing;
import io.muster.controller.rollout.Batch;
import io.muster.controller.runs.RunJournal;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.simulation.Violation.Promise;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The journal of a run, which is compared as it grows: whoever is to go on with the run from here,
 * by what is written down, must know what the one who is at it was told. Counts what happens, and
 * whom the floors would let go out.
 */
final class ComparedRun implements Logbook {
    private final World world;
    private final RunJournal book;
    private final Optional<Kept> kept;
    private final Past past;
    private final BooleanSupplier full;
    private final Map<NodeId, String> told = new LinkedHashMap<>();

    /** Who is at work, or may be no more. */
    private final Set<NodeId> down = new HashSet<>();

    /** Who is not sent to, but may get it from the hub. */
    private final Set<NodeId> away = new HashSet<>();

    /**
     * @param kept where it is read again; empty if it could not be written
     * @param full whether the disk was full at some time: what was heard may not be written down
     */
    ComparedRun(
            World world, RunJournal book, Optional<Kept> kept, Past past, BooleanSupplier full) {
        this.world = world;
        this.book = book;
        this.kept = kept;
        this.past = past;
        this.full = full;
        past.targets().all().stream()
                .filter(target -> target.presence().offline())
                .forEach(target -> away.add(target.id()));
        past.report().answered().forEach(this::tell);
        past.report().entries().forEach(this::stands);
    }

    /** What the operator is told of each last word. */
    void tell(Entry entry) {
        told.put(entry.id(), entry.state().word());
        stands(entry);
    }

    private void stands(Entry entry) {
        switch (entry.state()) {
            case OK, CHANGED, REFUSED, EXPIRED -> down.remove(entry.id());
            case FAILED, INTERRUPTED, NO_REPLY -> down.add(entry.id());
            case CANCELLED -> {
                if (entry.outcome().isPresent()) {
                    down.add(entry.id());
                }
            }
            case NOT_SENT, OFFLINE, QUEUED -> {}
        }
    }

    /** What the operator is told in the end is what anybody reads later. */
    void ended(Report report) {
        report.halt().ifPresent(halt -> world.happened(Happening.of(halt.by())));
        if (kept.isEmpty() || full.getAsBoolean()) {
            return;
        }
        var read = kept.get().read().past();
        var written = states(read.report());
        for (var entry : report.entries()) {
            // Whom somebody took out after the last look at that.
            var since = read.takenOut().contains(entry.id());
            var state = written.getOrDefault(entry.id(), "nothing");
            if (!since && !state.equals(entry.state().word())) {
                differs(entry.id() + " ended as " + entry.state(), state);
            }
        }
    }

    private void compare() {
        if (kept.isEmpty() || full.getAsBoolean()) {
            return;
        }
        var written = states(kept.get().read().past().report());
        told.forEach(
                (node, state) -> {
                    if (!state.equals(written.get(node))) {
                        differs(node + " is " + state, written.getOrDefault(node, "nothing"));
                    }
                });
    }

    private static Map<NodeId, String> states(Report report) {
        var states = new LinkedHashMap<NodeId, String>();
        report.entries().forEach(entry -> states.put(entry.id(), entry.state().word()));
        return states;
    }

    private void differs(String live, String written) {
        var what = "run %s: %s, and by its journal it is %s".formatted(book.id(), live, written);
        world.violated(new Violation(Promise.RECALLED, what));
    }

    @Override
    public void sending(Asked asked, List<Target> targets) {
        book.sending(asked, targets);
        compare();
        if (!targets.stream().allMatch(target -> away.contains(target.id()))) {
            targets.forEach(target -> down.add(target.id()));
            floors(targets);
        }
    }

    /** All nodes are of one kind here. */
    private void floors(List<Target> targets) {
        for (var floor : past.rollout().floors()) {
            world.happened(Happening.FLOOR);
            var up = Cast.NODES - down.size();
            if (up < floor.of(Cast.NODES)) {
                var ids = targets.stream().map(Target::id).toList();
                var what =
                        "run %s sent to %s, which leaves %d up, and the floor is %s"
                                .formatted(book.id(), ids, up, floor);
                world.violated(new Violation(Promise.FLOOR, what));
            }
        }
    }

    @Override
    public void heard(Received received, Duration after) {
        if (world.flaw() != Flaw.UNWRITTEN_ANSWERS) {
            book.heard(received, after);
        }
    }

    @Override
    public void left(List<Target> targets) {
        book.left(targets);
        targets.forEach(target -> away.add(target.id()));
    }

    @Override
    public void keptBack(List<Target> targets) {
        book.keptBack(targets);
        targets.forEach(target -> down.remove(target.id()));
    }

    @Override
    public Set<NodeId> takenOut() {
        return book.takenOut();
    }

    @Override
    public void passed(Batch batch) {
        book.passed(batch);
        compare();
    }

    @Override
    public void queued(Standing standing, List<RequestId> requests) {
        book.queued(standing, requests);
        world.happened(Happening.QUEUED);
    }

    @Override
    public void leaving(int done, int all) {
        book.leaving(done, all);
    }

    @Override
    public boolean pauses() {
        return book.pauses();
    }

    @Override
    public boolean promoted(Batch batch) {
        return book.promoted(batch);
    }

    @Override
    public void pausing(Optional<Batch> after) {
        book.pausing(after);
        world.happened(Happening.PAUSED);
    }

    @Override
    public void waits(String words) {
        book.waits(words);
        world.happened(Happening.WAITED);
    }

    @Override
    public Optional<String> cancelled() {
        return book.cancelled();
    }
}
