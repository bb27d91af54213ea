package io.muster.controller.cli;

import io.muster.controller.Cancelling;
import io.muster.controller.Cancelling.Line;
import io.muster.controller.Cancelling.Result;
import io.muster.controller.ExitCode;
import io.muster.controller.Logbook;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.discovery.Target;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.queue.Standing;
import io.muster.controller.render.CancelPage;
import io.muster.controller.render.JsonForm;
import io.muster.controller.runs.PastRun;
import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.journal.JournalInUseException;
import io.muster.message.Escape;
import io.muster.message.RequestId;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Stops a run: first here, so that nobody else is sent to, and then on the nodes. */
final class CancelledRun {
    private final Surroundings around;
    private final CommonOptions options;
    private final OutputOptions output;
    private final CancelOptions cancelling;
    private final Consumer<String> notices;

    CancelledRun(
            Surroundings around,
            CommonOptions options,
            OutputOptions output,
            CancelOptions cancelling,
            Consumer<String> notices) {
        this.around = around;
        this.options = options;
        this.output = output;
        this.cancelling = cancelling;
        this.notices = notices;
    }

    /** Cancels the run of that name, and shows what came of that. */
    ExitCode cancel(RunsDirectory directory, String word) throws InterruptedException {
        output.form();
        var patience = cancelling.patience();
        var names = cancelling.nodes();
        var kept = directory.find(word);
        var run = kept.read();
        var which = which(run, names);
        if (!run.running() && !open(run, which)) {
            throw new UnableException(
                    "nothing of run " + run.id() + " is under way: muster runs show " + run.id(),
                    ExitCode.NOBODY);
        }
        if (names.isEmpty()) {
            var config = new ConfigFile(around, options).read();
            directory.cancel(kept, Session.credentials(config, around).identity().brief());
        }
        try (var session = Session.open(around, options, Optional.of(run.plan().collective()))) {
            // What was sent until the mark was set is read only now.
            var now = kept.read();
            var lines = lines(directory, kept, now, session, which, patience);
            show(new CancelPage(lines), run.id());
            return code(lines);
        }
    }

    private static boolean open(PastRun run, Predicate<Target> which) {
        return run.past().report().entries().stream()
                .anyMatch(
                        entry ->
                                which.test(entry.target())
                                        && (entry.state() == TargetState.NO_REPLY
                                                || entry.state() == TargetState.QUEUED
                                                || entry.state() == TargetState.NOT_SENT));
    }

    private static Predicate<Target> which(PastRun run, List<String> names) {
        for (var name : names) {
            if (run.past().targets().all().stream().noneMatch(t -> t.names().contains(name))) {
                throw new UsageException(
                        "-I " + Escape.quoted(name) + ": no target of run " + run.id());
            }
        }
        return target -> names.isEmpty() || names.stream().anyMatch(target.names()::contains);
    }

    private List<Line> lines(
            RunsDirectory directory,
            Kept kept,
            PastRun run,
            Session session,
            Predicate<Target> which,
            Duration patience)
            throws InterruptedException {
        var asking = new Cancelling(session.caller(), patience);
        var moment = session.caller().now();
        var approved = run.plan().approved().filter(asked -> moment.isBefore(asked.expires()));
        var news = takenBack(run, session, which);
        var past = run.past().queueing(news);
        if (run.running()) {
            // Whoever is at it hears of it from the nodes.
            return asking.cancel(past, approved, which, Logbook.NONE);
        }
        try (var book = directory.reopen(kept, run, notices)) {
            news.forEach((id, standing) -> book.queued(standing, List.of(id)));
            return asking.cancel(past, approved, which, book);
        } catch (JournalInUseException _) {
            return asking.cancel(past, approved, which, Logbook.NONE);
        }
    }

    /** What waits at the hub is taken back first, or it could be handed out meanwhile. */
    private Map<RequestId, Standing> takenBack(
            PastRun run, Session session, Predicate<Target> which) throws InterruptedException {
        var meant = run.past().targets().all().stream().filter(which).map(Target::id).toList();
        var ids =
                run.past().sent().stream()
                        .filter(sent -> sent.targets().stream().anyMatch(meant::contains))
                        .map(sent -> sent.asked().id())
                        .filter(run.past().queue()::containsKey)
                        .toList();
        var news = new LinkedHashMap<RequestId, Standing>();
        if (ids.isEmpty()) {
            return news;
        }
        try {
            var told = QueueDesk.patient(session.caller()).withdraw(ids);
            news.putAll(QueueDesk.standings(told));
        } catch (HubException e) {
            notices.accept(
                    "not taken back from the hub: " + Escape.line(String.valueOf(e.getMessage())));
        }
        return news;
    }

    private void show(CancelPage page, String run) {
        var out = around.out();
        switch (output.form()) {
            case TEXT -> page.show(output.screen(around));
            case NAMES -> page.cancelled().forEach(out::println);
            case JSONL -> page.rows().forEach(row -> out.println(JsonForm.line(row)));
            case JSON -> out.println(JsonForm.document(page.document(run)));
        }
    }

    private static ExitCode code(List<Line> lines) {
        var unmoved = List.of(Result.TOO_LATE, Result.STOPPING, Result.DENIED);
        if (lines.stream().anyMatch(line -> unmoved.contains(line.result()))) {
            return ExitCode.FAILED;
        }
        return lines.stream().anyMatch(line -> line.result() == Result.NOT_THERE)
                ? ExitCode.INCOMPLETE
                : ExitCode.DONE;
    }
}
