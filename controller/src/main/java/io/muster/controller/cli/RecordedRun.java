package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.controller.Batches;
import io.muster.controller.Entry;
import io.muster.controller.Fleet;
import io.muster.controller.Logbook;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Asked;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.Renderer;
import io.muster.controller.runs.Plan;
import io.muster.controller.runs.RunJournal;
import io.muster.controller.runs.RunsDirectory;
import io.muster.journal.JournalException;
import io.muster.message.Escape;
import io.muster.message.Request;

import java.time.Duration;
import java.util.function.Function;

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
    Report run(Run run, Targets targets, Batches batches) {
        var plan = Plan.of(run, batches, session.caller());
        return run(
                plan,
                targets,
                book -> session.fleet().run(run, targets, batches, book, renderer::replied));
    }

    /** Sends a request that was approved, with its approvals, as it is. */
    Report send(Request request, Asked approved, Targets found, Duration timeout, Batches batches) {
        var plan = Plan.of(request, approved, timeout, batches);
        // Who has become a clone since it was proposed is not asked either.
        var targets = found.asked(ActionClass.CHANGE);
        var action = plan.action();
        var none = Past.none(action, plan.actionClass(), timeout, batches, targets);
        var signing = Fleet.signed(approved);
        return run(
                plan, targets, book -> session.fleet().run(none, signing, book, renderer::replied));
    }

    private Report run(Plan plan, Targets targets, Function<Logbook, Report> running) {
        var runs = directory(session);
        var now = around.clock().instant();
        try (var book = runs.begin(plan, targets, now, session.random(), this::say)) {
            var report = running.apply(book);
            end(book, report);
            tidy(runs);
            return report;
        }
    }

    /** Writes down how it ended, shows it, and says how it can be gone on with. */
    void end(RunJournal book, Report report) {
        book.ended(report, around.clock().instant());
        renderer.finished(report);
        if (report.stopped() || report.problem().isPresent()) {
            say("muster runs resume " + book.id() + " goes on with it");
        } else if (report.count(TargetState.NO_REPLY) > 0) {
            say("muster runs ask " + book.id() + " asks them what became of it");
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

    private static boolean leftSomething(Entry entry) {
        return entry.outcome().flatMap(o -> o.result().member("rest")).isPresent();
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
