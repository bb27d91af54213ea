package io.muster.controller.cli;

import io.muster.controller.Cancelling;
import io.muster.controller.Cancelling.Line;
import io.muster.controller.Cancelling.Result;
import io.muster.controller.Entry;
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
import io.muster.message.NodeId;
import io.muster.message.RequestId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Stops a run: first here, so that nobody else is sent to, and then on the nodes. Another
 * operator's is left as it is unless a node lets one stop it, and so the nodes are asked first.
 */
final class CancelledRun {
    private static final int MOST_READ = 5;

    /** What only a node says that lets one stop what it is at. */
    private static final Set<Result> LETTING =
            Set.of(Result.CANCELLED, Result.STOPPING, Result.TOO_LATE);

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
        if (run.running() ? !names.isEmpty() && unended(run, which).isEmpty() : !open(run, which)) {
            throw nothing(run);
        }
        var config = new ConfigFile(around, options).read();
        var by = Session.credentials(config, around).identity().brief();
        var own = by.equals(run.plan().operator().brief());
        if (own) {
            mark(directory, kept, names, unended(run, which), by);
        }
        try (var session = Session.open(around, options, Optional.of(run.plan().collective()))) {
            var lines = new LinkedHashMap<NodeId, Line>();
            if (!own) {
                ask(lines, directory, kept, run, session, which, patience);
                if (!lets(run, lines.values())) {
                    show(new CancelPage(List.copyOf(lines.values())), run.id());
                    return left(run, List.copyOf(lines.values()));
                }
                var let = unended(run, which);
                let.removeIf(id -> is(lines, id, Result.DENIED));
                mark(directory, kept, names, let, by);
            }
            Predicate<Target> rest =
                    own ? which : which.and(target -> is(lines, target.id(), Result.NOT_SENT));
            askAll(lines, directory, kept, session, rest, patience);
            var all = List.copyOf(lines.values());
            show(new CancelPage(all), run.id());
            return code(all);
        }
    }

    private static void mark(
            RunsDirectory directory,
            Kept kept,
            List<String> names,
            List<NodeId> unended,
            String by) {
        if (names.isEmpty()) {
            directory.cancel(kept, by);
        } else {
            directory.takeOut(kept, unended, by);
        }
    }

    /** Whether a node did as it was told, or none was sent anything yet that it could stop. */
    private static boolean lets(PastRun run, Collection<Line> lines) {
        var over = new HashSet<NodeId>();
        run.past().report().entries().stream()
                .filter(entry -> entry.state() == TargetState.CANCELLED)
                .forEach(entry -> over.add(entry.id()));
        var none = run.past().sent().stream().allMatch(sent -> sent.targets().isEmpty());
        return (none && lines.stream().noneMatch(line -> line.result() == Result.DENIED))
                || lines.stream()
                        .filter(line -> !over.contains(line.target().id()))
                        .anyMatch(line -> LETTING.contains(line.result()));
    }

    /** What was not cancelled goes on, and that is no success. */
    private ExitCode left(PastRun run, List<Line> lines) {
        if (run.state() != PastRun.State.CANCELLED) {
            var denied = lines.stream().anyMatch(line -> line.result() == Result.DENIED);
            notices.accept(
                    "run "
                            + run.id()
                            + " is not cancelled: "
                            + (denied
                                    ? "no node lets you do that"
                                    : "it is of "
                                            + run.plan().operator().brief()
                                            + ", and no node says that you may"));
        }
        var code = code(lines);
        return code == ExitCode.DONE ? ExitCode.FAILED : code;
    }

    private static UnableException nothing(PastRun run) {
        return new UnableException(
                "nothing of that is under way: muster runs show " + run.id(), ExitCode.NOBODY);
    }

    /** Whether anything of it goes on, or might yet. */
    private static boolean open(PastRun run, Predicate<Target> which) {
        var over = run.state() == PastRun.State.CANCELLED;
        return run.past().report().entries().stream()
                .anyMatch(
                        entry ->
                                which.test(entry.target())
                                        && switch (entry.state()) {
                                            case NO_REPLY, QUEUED -> true;
                                            case NOT_SENT -> !over;
                                            case FAILED,
                                                    INTERRUPTED,
                                                    REFUSED,
                                                    OFFLINE,
                                                    EXPIRED,
                                                    CANCELLED,
                                                    CHANGED,
                                                    OK ->
                                                    false;
                                        });
    }

    private static List<NodeId> unended(PastRun run, Predicate<Target> which) {
        return run.past().report().entries().stream()
                .filter(entry -> which.test(entry.target()) && entry.outcome().isEmpty())
                .map(Entry::id)
                .collect(Collectors.toCollection(ArrayList::new));
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

    /**
     * Asks those who had been sent to when the mark was set, and whoever the journal says was sent
     * to by then after all, as long as there are such.
     */
    private void askAll(
            Map<NodeId, Line> lines,
            RunsDirectory directory,
            Kept kept,
            Session session,
            Predicate<Target> which,
            Duration patience)
            throws InterruptedException {
        var asked = which;
        var run = kept.read();
        for (int i = 0; i < MOST_READ; i++) {
            ask(lines, directory, kept, run, session, asked, patience);
            var sent = new HashSet<NodeId>();
            run = kept.read();
            run.past().sent().forEach(each -> sent.addAll(each.targets()));
            sent.removeIf(id -> !is(lines, id, Result.NOT_SENT));
            if (sent.isEmpty()) {
                return;
            }
            asked = target -> sent.contains(target.id());
        }
    }

    private static boolean is(Map<NodeId, Line> lines, NodeId id, Result result) {
        return Optional.ofNullable(lines.get(id))
                .filter(line -> line.result() == result)
                .isPresent();
    }

    private void ask(
            Map<NodeId, Line> lines,
            RunsDirectory directory,
            Kept kept,
            PastRun run,
            Session session,
            Predicate<Target> which,
            Duration patience)
            throws InterruptedException {
        var asking = new Cancelling(session.caller(), run.plan().operator(), patience);
        var moment = session.caller().now();
        var approved = run.plan().approved().filter(asked -> moment.isBefore(asked.expires()));
        var news = takenBack(run, session, which);
        var past = run.past().queueing(news);
        if (run.running()) {
            // Whoever is at it hears of it from the nodes.
            enter(lines, asking.cancel(past, approved, which, Logbook.NONE));
            return;
        }
        try (var book = directory.reopen(kept, run, notices)) {
            news.forEach((id, standing) -> book.queued(standing, List.of(id)));
            enter(lines, asking.cancel(past, approved, which, book));
        } catch (JournalInUseException _) {
            notices.accept(
                    "another process has just begun to write run "
                            + run.id()
                            + " down: what is told here is not noted there; muster runs ask does"
                            + " that");
            enter(lines, asking.cancel(past, approved, which, Logbook.NONE));
        }
    }

    private static void enter(Map<NodeId, Line> lines, List<Line> told) {
        told.forEach(line -> lines.put(line.target().id(), line));
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
            var left = ids.stream().filter(id -> !news.containsKey(id)).count();
            if (left > 0) {
                notices.accept(
                        left
                                + " requests are not taken back from the hub: of those of "
                                + run.plan().operator().brief()
                                + " it knows nothing, or lets you take back nothing");
            }
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
