package io.muster.controller.cli;

import static io.muster.controller.rollout.Halt.Cause.LOCKED;

import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.Locks;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.Signing;
import io.muster.controller.TargetState;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Target;
import io.muster.controller.render.Renderer;
import io.muster.controller.runs.PastRun;
import io.muster.controller.runs.Plan;
import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.controller.trust.HubLocks;
import io.muster.filter.Filter;
import io.muster.trust.Lock;

import java.util.Optional;
import java.util.function.Consumer;

/** An earlier run: gone on with, asked about, tried again where it failed. */
final class ResumedRun {
    private final Surroundings around;
    private final CommonOptions options;
    private final Renderer renderer;
    private final Consumer<String> notices;

    ResumedRun(
            Surroundings around,
            CommonOptions options,
            Renderer renderer,
            Consumer<String> notices) {
        this.around = around;
        this.options = options;
        this.renderer = renderer;
        this.notices = notices;
    }

    /** Goes on with the run of that name, and shows it. */
    ExitCode resume(RunsDirectory directory, String word, BudgetOptions budgets)
            throws InterruptedException {
        var kept = directory.find(word);
        if (budgets.given() && kept.read().plan().approved().isPresent()) {
            throw new UsageException(
                    "run " + kept.id() + " goes by the budgets that were approved with it");
        }
        if (new HeldRun(directory, word, notices).lift()) {
            return ExitCode.DONE;
        }
        var run = unused(kept);
        if (run.state() == PastRun.State.CANCELLED) {
            throw new UnableException(
                    "run " + run.id() + " was cancelled, and is not gone on with: run it anew");
        }
        if (run.state() == PastRun.State.DONE) {
            return shown(run, run.past().report(), renderer);
        }
        try (var book = directory.reopen(kept, run, notices);
                var session =
                        Session.open(
                                around,
                                options,
                                Optional.of(run.plan().collective()),
                                Optional.of(own(run).plan().replyTo()),
                                run.requests())) {
            checkLock(run, session);
            var opened = run.opened(session.caller()::opened);
            begin(opened, renderer);
            var report =
                    session.fleet()
                            .run(
                                    budgets.in(opened.past()),
                                    signing(opened, session),
                                    book,
                                    renderer::replied);
            new RecordedRun(around, session, renderer).end(book, report);
            return ExitCode.of(report);
        }
    }

    /** Asks who did not answer what became of it, and shows what is known then. */
    ExitCode ask(NamedRun named) throws InterruptedException {
        var kept = named.find(around);
        var run = unused(kept);
        var plan = own(run).plan();
        try (var book = named.directory(around).reopen(kept, run, notices);
                var session = open(plan)) {
            var opened = run.opened(session.caller()::opened);
            renderer.started(plan.action());
            var report = session.fleet().ask(opened.past(), book, _ -> {});
            show(report, renderer);
            return ExitCode.ofStates(report);
        }
    }

    /** Runs it again, as a new run, on those that failed. */
    ExitCode retry(NamedRun named) throws InterruptedException {
        var run = unused(named.find(around));
        var plan = run.plan();
        if (!plan.secrets().isEmpty() || plan.approved().isPresent()) {
            var why = plan.secrets().isEmpty() ? "was approved once" : "has secrets, not kept";
            throw new UsageException(
                    "run " + run.id() + " " + why + ": muster run " + plan.action() + " it anew");
        }
        var report = run.past().report();
        var again = report.entries().stream().filter(e -> e.state().bad()).map(Entry::id).toList();
        if (again.isEmpty()) {
            throw new UnableException("no node of run " + run.id() + " failed", ExitCode.NOBODY);
        }
        try (var session = open(plan)) {
            renderer.started(plan.action());
            var ids = again.stream().map(id -> id.value()).toList();
            var found = session.find(Search.of(Filter.EVERYTHING).among(ids));
            var frozen = session.fleet().ready(plan.run(), found);
            renderer.discovered(frozen);
            var recorded = new RecordedRun(around, session, renderer);
            var rollout = plan.rollout().among(frozen.all().stream().map(Target::id).toList());
            return ExitCode.of(recorded.run(plan.run(), frozen, rollout));
        }
    }

    private Session open(Plan plan) throws InterruptedException {
        return Session.open(around, options, Optional.of(plan.collective()));
    }

    /** What a lock stopped would only be refused by more nodes while it holds. */
    private void checkLock(PastRun run, Session session) throws InterruptedException {
        if (run.past().end().flatMap(Past.End::halt).filter(h -> h.by() == LOCKED).isEmpty()) {
            return;
        }
        var plan = run.plan();
        var said =
                new HubLocks(session.hubTrust(), session.caller())
                        .about(plan.action(), plan.actionClass());
        if (said instanceof Locks.Word.Locked(Lock lock)) {
            throw new UnableException(
                    "run "
                            + run.id()
                            + " is still locked, and goes on after muster unlock: "
                            + LockCommand.line(lock));
        }
    }

    private Signing signing(PastRun run, Session session) {
        var plan = run.plan();
        var unsent =
                run.past().report().count(TargetState.NOT_SENT) > 0
                        || (plan.queue().isPresent() && run.past().unqueued());
        if (unsent && !plan.secrets().isEmpty() && plan.approved().isEmpty()) {
            notices.accept(
                    "nothing more is sent: "
                            + String.join(", ", plan.secrets())
                            + " was secret, and is not kept; muster run it for those not sent to");
            return Signing.nothing();
        }
        var approved = plan.approved();
        if (approved.isEmpty()) {
            var targets = run.past().targets();
            var plain = session.fleet().signing(plan.run(), targets);
            var inAll = targets.all().size();
            return plan.queue()
                    .map(ttl -> plain.queueing(session.caller(), plan.run(), inAll, ttl))
                    .orElse(plain);
        }
        if (around.clock().instant().isBefore(approved.get().expires())) {
            return Signing.signed(approved.get());
        }
        if (unsent) {
            notices.accept(
                    "nothing more is sent: what was approved expired " + approved.get().expires());
        }
        return Signing.nothing();
    }

    private static void begin(PastRun run, Renderer renderer) {
        renderer.started(run.plan().action());
        renderer.discovered(run.past().targets());
        run.past().report().answered().forEach(renderer::replied);
    }

    static ExitCode shown(PastRun run, Report report, Renderer renderer) {
        renderer.started(run.plan().action());
        show(report, renderer);
        return ExitCode.of(report);
    }

    static void show(Report report, Renderer renderer) {
        renderer.discovered(report.targets());
        report.answered().forEach(renderer::replied);
        renderer.finished(report);
    }

    /** What was written down of a run that nobody is at. */
    static PastRun unused(Kept kept) {
        var run = kept.read();
        if (run.running()) {
            throw new UnableException("run " + run.id() + " is running: another process is at it");
        }
        return run;
    }

    /** Answers are sealed to, and sent to, the one who asked. */
    PastRun own(PastRun run) throws InterruptedException {
        var config = new ConfigFile(around, options).read();
        var self = Session.credentials(config, around).identity();
        if (!self.equals(run.plan().operator())) {
            throw new UsageException(
                    "run "
                            + run.id()
                            + " is of "
                            + run.plan().operator().brief()
                            + ", and only "
                            + run.plan().operator().brief()
                            + " can go on with it");
        }
        return run;
    }
}
