package io.muster.controller.runs;

import io.muster.controller.Past;
import io.muster.controller.TargetState;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.Standing;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Halt.Cause;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A run that was written down.
 *
 * @param id what people call it
 * @param at when it began
 * @param plan what it was to do
 * @param past how far it came
 * @param state what that makes it
 * @param running whether a process is at it
 */
public record PastRun(String id, Instant at, Plan plan, Past past, State state, boolean running) {

    /** Where a run stands; derived, and never written down. */
    public enum State {
        /** A process is at it. */
        RUNNING,
        /** It went to its end. */
        DONE,
        /** It ended before all were sent to: a budget, Ctrl-C, or the bus was away. */
        STOPPED,
        /** The process that was at it did not live to write down its end. */
        UNFINISHED,
        /** Somebody wants nobody else to be sent to for now, or has to look at it first. */
        PAUSED,
        /** Somebody cancelled it: nothing else goes out of it. */
        CANCELLED;

        /** The word used in output. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads the journal.
     *
     * @throws JournalException if it cannot be read, or says nothing of a run
     */
    static PastRun read(String id, Path file) {
        // Who ends meanwhile has written all before letting go.
        var running = Journal.inUse(file);
        return new Reading(file).read(id, running);
    }

    /** The requests that may have gone out. */
    public List<RequestId> requests() {
        return past.sent().stream().map(sent -> sent.asked().id()).distinct().toList();
    }

    /** The same, with what is secret in replies in clear. */
    public PastRun opened(UnaryOperator<Reply> opening) {
        var heard = new LinkedHashMap<NodeId, Past.Heard>();
        past.heard()
                .forEach(
                        (node, h) ->
                                heard.put(
                                        node, new Past.Heard(opening.apply(h.reply()), h.after())));
        var opened = past.hearing(heard);
        return new PastRun(id, at, plan, opened, state, running);
    }

    /** Puts the records of one journal together. */
    private static final class Reading {
        private final Path file;
        private Optional<Sheet> begun = Optional.empty();
        private final List<RunRecords.Row> rows = new ArrayList<>();
        private final List<Target> left = new ArrayList<>();
        private final Set<Integer> passed = new HashSet<>();
        private final List<Past.Sent> sent = new ArrayList<>();
        private final Map<NodeId, Past.Heard> heard = new LinkedHashMap<>();
        private final Map<RequestId, Standing> queue = new LinkedHashMap<>();
        private final Set<NodeId> seen = new HashSet<>();
        private Optional<Past.End> end = Optional.empty();
        private boolean paused;

        Reading(Path file) {
            this.file = file;
        }

        PastRun read(String id, boolean running) {
            try {
                Journal.read(file, this::take);
                return put(id, running);
            } catch (MalformedException e) {
                throw new JournalException(file + ": " + e.problem(), e);
            }
        }

        private void take(Bytes record) {
            var sheet = Sheet.decode(record);
            var fields = sheet.head();
            var reader = new FieldReader("run", fields);
            if (has(fields, "begun")) {
                begun = Optional.of(sheet);
                return;
            }
            if (has(fields, "nodes")) {
                rows.addAll(RunRecords.rows(reader, "nodes"));
            } else if (has(fields, "sending")) {
                sent.add(RunRecords.sent(reader, sheet));
                left(Optional.empty());
                paused = false;
            } else if (has(fields, "heard")) {
                var word = RunRecords.heard(reader, sheet);
                heard.put(word.reply().sender().nodeId(), word);
            } else if (has(fields, "left")) {
                RunRecords.rows(reader, "left").forEach(row -> left.add(row.target()));
            } else if (has(fields, "keptBack")) {
                var back = reader.texts("keptBack", NodeId::new);
                sent.replaceAll(each -> each.without(back));
            } else if (has(fields, "queued")) {
                var standing = Standing.of(reader);
                reader.texts("requests", RequestId::new).forEach(id -> queue.put(id, standing));
            } else if (has(fields, "paused")) {
                paused = reader.truth("paused");
            } else if (has(fields, "passed")) {
                passed.add(Math.toIntExact(reader.whole("passed")));
            } else if (has(fields, "ended")) {
                left(Optional.of(RunRecords.end(reader)));
            } else {
                throw new MalformedException("run: a record of an unknown kind");
            }
            reader.done();
        }

        /** However it ends the next time, somebody had it go on after the lock. */
        private void left(Optional<Past.End> next) {
            seeLocked();
            end = next;
        }

        private void seeLocked() {
            if (end.flatMap(Past.End::halt).filter(halt -> halt.by() == Cause.LOCKED).isPresent()) {
                heard.forEach(
                        (node, word) -> {
                            if (byLock(word.reply())) {
                                seen.add(node);
                            }
                        });
            }
        }

        private static boolean byLock(Reply reply) {
            return reply.answer() instanceof Reply.Answer.Final(Outcome outcome)
                    && switch (outcome) {
                        case Outcome.Cancelled _ -> true;
                        case Outcome.Refused refused -> refused.reason() == Reason.LOCKED;
                        case Outcome.Ok _,
                                Outcome.Changed _,
                                Outcome.Failed _,
                                Outcome.Interrupted _,
                                Outcome.Expired _ ->
                                false;
                    };
        }

        private static boolean has(Fields fields, String name) {
            return fields.member(name).isPresent();
        }

        private PastRun put(String id, boolean running) {
            var sheet =
                    begun.orElseThrow(
                            () -> new MalformedException("cut off before it said what it is"));
            var reader = new FieldReader("run", sheet.head());
            var at = reader.instant("begun");
            var plan = RunRecords.plan(reader, sheet);
            var all = rows.stream().map(RunRecords.Row::target).toList();
            var frozen = RunRecords.targets(reader, all);
            var number = reader.whole("targets");
            reader.text("words");
            reader.done();
            if (number != frozen.all().size()) {
                throw new MalformedException("cut off before anything was sent: run it again");
            }
            var past = past(plan, frozen);
            var cancelled = CancelMark.beside(file).by().isPresent();
            var state = !running && cancelled ? State.CANCELLED : state(plan, past, running);
            return new PastRun(id, at, plan, past, state, running);
        }

        private Past past(Plan plan, Targets frozen) {
            seeLocked();
            return new Past(
                    plan.action(),
                    plan.actionClass(),
                    plan.timeout(),
                    plan.rollout(),
                    frozen,
                    RunRecords.schedule(rows),
                    sent.stream().map(each -> whole(each, plan)).toList(),
                    heard,
                    left,
                    passed,
                    TakenOut.beside(file).nodes(),
                    queue,
                    seen,
                    end);
        }

        /** What others approved is held once, and not each time that it was sent. */
        private static Past.Sent whole(Past.Sent sent, Plan plan) {
            return plan.approved()
                    .filter(asked -> asked.id().equals(sent.asked().id()))
                    .map(asked -> new Past.Sent(asked, sent.targets()))
                    .orElse(sent);
        }

        private State state(Plan plan, Past past, boolean running) {
            if (paused && held(past)) {
                return State.PAUSED;
            }
            if (running) {
                return State.RUNNING;
            }
            if (past.end().isEmpty()) {
                return State.UNFINISHED;
            }
            var report = past.report();
            var stopped =
                    report.stopped()
                            || report.problem().isPresent()
                            || report.halt().isPresent()
                            || report.count(TargetState.NOT_SENT) > 0
                            || (plan.queue().isPresent() && past.unqueued());
            return stopped ? State.STOPPED : State.DONE;
        }

        private boolean held(Past past) {
            var marks = PauseMarks.beside(file);
            return past.next().isPresent()
                    && (marks.pauses()
                            || waitsAfter(past, b -> marks.promotes(b.number())).isPresent());
        }
    }

    /** After which batch somebody has to look before it goes on, if that is what it waits for. */
    public Optional<Batch> waitsAfter(Predicate<Batch> promoted) {
        return state == State.PAUSED ? waitsAfter(past, promoted) : Optional.empty();
    }

    private static Optional<Batch> waitsAfter(Past past, Predicate<Batch> promoted) {
        var points = past.rollout().pauseAfter();
        return past.next().flatMap(n -> past.schedule().heldBefore(n, points, promoted));
    }

    /** How long it took, if its end was written down. */
    public Optional<Duration> took() {
        return past.end().map(Past.End::took);
    }
}
