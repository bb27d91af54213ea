package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.controller.Entry;
import io.muster.controller.Past;
import io.muster.controller.Remark;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.Signing;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Asked;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.Renderer;
import io.muster.controller.rollout.Halt;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;
import io.muster.controller.runs.Plan;
import io.muster.controller.runs.RunJournal;
import io.muster.controller.runs.RunsDirectory;
import io.muster.journal.JournalException;
import io.muster.message.Escape;
import io.muster.message.Request;

import java.time.Duration;
import java.util.Optional;

/** Runs that are written down while they go, so that they can be gone on with. */
final class RecordedRun {
    private final Surroundings around;
    private final Session session;
    private final Renderer renderer;

    RecordedRun(Surroundings around, Session session, Renderer renderer) {
        this.around = around;
        this.session = session;
        this.renderer = renderer;
    }

    /** Runs it on those targets that are there, and shows what became of it. */
    Report run(Run run, Targets targets, Rollout rollout) throws InterruptedException {
        return run(run, targets, rollout, new Order(session).schedule(rollout, targets));
    }

    /** The same, in those batches. */
    Report run(Run run, Targets targets, Rollout rollout, Schedule schedule) {
        return run(run, targets, rollout, schedule, Optional.empty());
    }

    /**
     * The same, leaving it at the hub for those who are away.
     *
     * @param queue for how long, if at all
     */
    Report run(
            Run run,
            Targets targets,
            Rollout rollout,
            Schedule schedule,
            Optional<Duration> queue) {
        var plain = session.fleet().signing(run, targets);
        var inAll = targets.all().size();
        var signing =
                queue.map(ttl -> plain.queueing(session.caller(), run, inAll, ttl)).orElse(plain);
        return run(Plan.of(run, rollout, session.caller(), queue), targets, schedule, signing);
    }

    /** Sends a request that was approved, with its approvals, as it is. */
    Report send(Request request, Asked approved, Targets found, Duration timeout, Rollout rollout)
            throws InterruptedException {
        var plan = Plan.of(request, approved, timeout, rollout);
        // Who has become a clone since it was proposed is not asked either.
        var targets = found.asked(ActionClass.CHANGE);
        var schedule = new Order(session).schedule(rollout, targets);
        return run(plan, targets, schedule, Signing.signed(approved));
    }

    private Report run(Plan plan, Targets targets, Schedule schedule, Signing signing) {
        var runs = directory(session);
        var now = around.clock().instant();
        var past =
                Past.none(
                        plan.action(),
                        plan.actionClass(),
                        plan.timeout(),
                        plan.rollout(),
                        targets,
                        schedule);
        try (var book = runs.begin(plan, targets, schedule, now, session.random(), this::say)) {
            var report = session.fleet().run(past, signing, book, renderer::replied);
            end(book, report);
            tidy(runs);
            return report;
        }
    }

    /** Writes down how it ended, shows it, and says how it can be gone on with. */
    void end(RunJournal book, Report report) {
        book.ended(report, around.clock().instant());
        renderer.finished(report);
        if (report.halt().isPresent()) {
            say(wayOn(report.halt().get().by(), book.id()));
        } else if (report.stopped() || report.problem().isPresent()) {
            say("muster runs resume " + book.id() + " goes on with it");
        } else if (report.count(TargetState.NO_REPLY) > 0) {
            say("muster runs ask " + book.id() + " asks them what became of it");
        }
        if (report.entries().stream().anyMatch(RecordedRun::resumable)) {
            say(
                    "muster runs resume "
                            + book.id()
                            + " leaves it at the hub for those for whom it could not be left, if it"
                            + " can then; muster queue --own shows what of yours waits");
        }
        if (report.count(TargetState.QUEUED) > 0) {
            say(
                    "muster queue shows what waits at the hub; muster runs ask "
                            + book.id()
                            + " tells later what became of it");
        }
        report.answered().stream()
                .filter(RecordedRun::leftSomething)
                .findFirst()
                .ifPresent(
                        entry ->
                                say(
                                        "muster runs output "
                                                + book.id()
                                                + " "
                                                + Escape.line(entry.name())
                                                + " shows all that was said there"));
    }

    private static boolean resumable(Entry entry) {
        return entry.remark().filter(said -> said.way() == Remark.Way.RESUME).isPresent();
    }

    private static boolean leftSomething(Entry entry) {
        return entry.outcome().flatMap(o -> o.result().member("rest")).isPresent();
    }

    private static String wayOn(Halt.Cause by, String id) {
        return switch (by) {
            case MAX_FAILED, MAX_OFFLINE ->
                    "muster runs resume "
                            + id
                            + " --"
                            + by.word()
                            + " N goes on with it, if so many may";
            case CANCELLED -> "nothing else goes out of this run";
            case LOCKED ->
                    "muster lock list says who locked it; after muster unlock, muster runs resume "
                            + id
                            + " goes on with it, and muster runs retry "
                            + id
                            + " --failed tries again where it was refused";
            case GATE ->
                    "muster runs resume " + id + " tries the gate again, and goes on if it holds";
            case FLOOR -> "muster runs resume " + id + " goes on with it, when more are up";
            case CANARY ->
                    "muster runs show "
                            + id
                            + " says how the canary ended; nothing else goes out of this run";
        };
    }

    private void tidy(RunsDirectory runs) {
        try {
            runs.tidy(around.clock().instant());
        } catch (JournalException e) {
            say("old runs are not tidied away: " + e.getMessage());
        }
    }

    /** Where this operator's runs are. */
    static RunsDirectory directory(Session session) {
        return new RunsDirectory(session.config().runs(), session.config().keepRuns());
    }

    private void say(String line) {
        around.err().println(line);
        around.err().flush();
    }
}
