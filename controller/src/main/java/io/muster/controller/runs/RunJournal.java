package io.muster.controller.runs;

import io.muster.action.ActionClass;
import io.muster.controller.Logbook;
import io.muster.controller.Report;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Received;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.Standing;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Schedule;
import io.muster.journal.Disk;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.journal.JournalInUseException;
import io.muster.journal.Sheet;
import io.muster.message.LeftOut;
import io.muster.message.NodeId;
import io.muster.message.RequestId;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The journal of one run: what it is, then each request before it goes out, forced to the disk, and
 * each last word as it comes, all of them forced before the report is told. What only looks is not
 * forced, and goes on where nothing can be written, with a notice; anything else is not sent then.
 * For one thread.
 */
public final class RunJournal implements Logbook, AutoCloseable {
    private static final int ROWS = 500;
    private static final Duration MOMENT = Duration.ofMillis(100);

    /** So many are brought to the hub in no time. */
    private static final int MANY = 200;

    /** The largest reply that is kept with its data. */
    private static final int LARGEST = 64 << 10;

    private final String id;
    private final boolean harmless;

    /** Requests whose message is in the journal already, since others approved them. */
    private final Set<RequestId> known;

    private final Consumer<String> notices;
    private Optional<Journal> journal;
    private long leaving;
    private Optional<CancelMark> mark = Optional.empty();
    private Optional<PauseMarks> marks = Optional.empty();
    private Optional<TakenOut> out = Optional.empty();

    private RunJournal(String id, Plan plan, Optional<Journal> journal, Consumer<String> notices) {
        this.id = id;
        this.harmless = harmless(plan);
        this.known = plan.approved().map(asked -> Set.of(asked.id())).orElse(Set.of());
        this.journal = journal;
        this.notices = notices;
    }

    private static boolean harmless(Plan plan) {
        return plan.actionClass() == ActionClass.READ || plan.dryRun();
    }

    /** Begins the journal of a run in that file; {@code file} makes its directory. */
    static RunJournal begin(
            String id,
            FileMaker file,
            Disk disk,
            Plan plan,
            Targets targets,
            Schedule schedule,
            Instant at,
            Consumer<String> notices) {
        var rows = RunRecords.rows(targets, schedule);
        var made = new RunJournal(id, plan, Optional.empty(), notices);
        try {
            var path = file.make();
            made.mark = Optional.of(CancelMark.beside(path));
            made.marks = Optional.of(PauseMarks.beside(path));
            made.out = Optional.of(TakenOut.beside(path));
            made.journal = Optional.of(Journal.open(path, _ -> {}, disk));
            made.append(RunRecords.begun(plan, targets, at), false);
            for (int from = 0; from < rows.size(); from += ROWS) {
                var to = Math.min(from + ROWS, rows.size());
                made.append(RunRecords.rows("nodes", rows.subList(from, to)), false);
            }
        } catch (JournalException e) {
            made.fail(e, "nothing was sent: the run cannot be written down");
        }
        return made;
    }

    /** Makes a directory for a file. */
    interface FileMaker {
        /**
         * @throws JournalException if it cannot be made
         */
        Path make();
    }

    /**
     * Goes on with the journal of a run.
     *
     * @throws JournalException if it cannot be opened
     */
    static RunJournal reopen(String id, Path file, Disk disk, Plan plan, Consumer<String> notices) {
        var open = open(file, disk);
        var reopened = new RunJournal(id, plan, Optional.of(open), notices);
        reopened.mark = Optional.of(CancelMark.beside(file));
        reopened.marks = Optional.of(PauseMarks.beside(file));
        reopened.out = Optional.of(TakenOut.beside(file));
        return reopened;
    }

    /** Who only looks whether a run is under way holds its journal for a moment. */
    private static Journal open(Path file, Disk disk) {
        try {
            return Journal.open(file, _ -> {}, disk);
        } catch (JournalInUseException _) {
            LockSupport.parkNanos(MOMENT.toNanos());
            return Journal.open(file, _ -> {}, disk);
        }
    }

    /** Of which run. */
    public String id() {
        return id;
    }

    @Override
    public void sending(Asked asked, List<Target> targets) {
        if (journal.isEmpty() && !harmless) {
            // Whoever goes on with the run would take these for nodes that were not sent to.
            throw new JournalException("no more was sent: the run is not written down any further");
        }
        try {
            append(RunRecords.sending(asked, targets, known.contains(asked.id())), !harmless);
        } catch (JournalException e) {
            fail(e, "no more was sent: it cannot be written down");
        }
    }

    @Override
    public void heard(Received received, Duration after) {
        var came = received.came();
        var whole = came.encode();
        var kept = whole.length() <= LARGEST ? whole : LeftOut.of(came).encode();
        try {
            append(new Sheet(RunRecords.heard(came, after), kept), false);
        } catch (JournalException e) {
            giveUp(e);
        }
    }

    @Override
    public void left(List<Target> targets) {
        try {
            var rows = targets.stream().map(RunRecords.Row::of).toList();
            for (int from = 0; from < rows.size(); from += ROWS) {
                var to = Math.min(from + ROWS, rows.size());
                append(RunRecords.rows("left", rows.subList(from, to)), false);
            }
        } catch (JournalException e) {
            giveUp(e);
        }
    }

    @Override
    public void keptBack(List<Target> targets) {
        try {
            append(RunRecords.keptBack(targets), false);
        } catch (JournalException e) {
            giveUp(e);
        }
    }

    @Override
    public Set<NodeId> takenOut() {
        return out.map(TakenOut::nodes).orElse(Set.of());
    }

    @Override
    public boolean pauses() {
        return marks.filter(PauseMarks::pauses).isPresent();
    }

    @Override
    public boolean promoted(Batch batch) {
        return marks.filter(found -> found.promotes(batch.number())).isPresent();
    }

    @Override
    public void pausing(Optional<Batch> after) {
        try {
            append(RunRecords.paused(), false);
        } catch (JournalException e) {
            giveUp(e);
        }
        notices.accept(
                after.map(batch -> "waits after " + batch.words() + ": muster runs promote ")
                                .orElse("paused: muster runs resume ")
                        + id
                        + " goes on");
    }

    @Override
    public void waits(String words) {
        notices.accept(words);
    }

    @Override
    public Optional<String> cancelled() {
        return mark.flatMap(CancelMark::by);
    }

    @Override
    public void queued(Standing standing, List<RequestId> requests) {
        try {
            append(RunRecords.queued(standing, requests), false);
        } catch (JournalException e) {
            giveUp(e);
        }
    }

    /** Where there are many, each tenth of the way. */
    @Override
    public void leaving(int done, int all) {
        var tenth = 10L * done / all;
        if (all > MANY && tenth > leaving) {
            leaving = tenth;
            notices.accept(done + " of " + all + " that are away: brought to the hub");
        }
    }

    @Override
    public void passed(Batch batch) {
        try {
            append(RunRecords.passed(batch), false);
        } catch (JournalException e) {
            giveUp(e);
        }
    }

    /** The run is over, or was left like that: what its report tells is on the disk by then. */
    public void ended(Report report, Instant at) {
        try {
            append(RunRecords.ended(report, at), !harmless);
        } catch (JournalException e) {
            giveUp(e);
        }
    }

    private void append(Sheet sheet, boolean forced) {
        if (journal.isEmpty()) {
            return;
        }
        var record = sheet.encode();
        if (forced) {
            journal.get().appendForced(record);
        } else {
            journal.get().append(record);
        }
    }

    private void fail(JournalException e, String what) {
        if (!harmless) {
            close();
            throw new JournalException(what + ": " + e.getMessage(), e);
        }
        giveUp(e);
    }

    /** What is not written down is asked for again by whoever goes on with the run. */
    private void giveUp(JournalException e) {
        if (journal.isPresent()) {
            close();
        }
        notices.accept("the run is not written down any further: " + e.getMessage());
    }

    @Override
    public void close() {
        var open = journal;
        journal = Optional.empty();
        open.ifPresent(Journal::close);
    }
}
