package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.controller.render.JsonForm;
import io.muster.controller.render.Renderer;
import io.muster.controller.render.RunsList;
import io.muster.controller.runs.PastRun;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.journal.JournalException;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Items;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster runs}: what was run from here, and going on with what was cut off. */
@Command(
        name = "runs",
        description = {
            "The runs of this operator on this machine, the newest first, and where they",
            "stand: running, paused, done, stopped (a budget, a gate, Ctrl-C, or the bus was",
            "away), cancelled, or unfinished (the process did not live to see the end)."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster runs",
            "  muster runs last               its report, as muster runs show last",
            "  muster runs show 3f9a --output json",
            "  muster runs follow last        what another terminal is at, until it ends",
            "  muster runs resume 3f9a        goes on with it; what is done stays done",
            "  muster runs cancel last        stops it, on the nodes as well",
            "  muster runs pause last         from another terminal: nobody else for now",
            "  muster runs promote last       it has been looked at, and may go on",
            "  muster runs ask last           asks who did not answer what became of it",
            "  muster runs retry last --failed",
            "",
            "A run is named by its id, the beginning of it, or last."
        })
final class RunsCommand implements Callable<ExitCode> {
    private static final long SHOWN = 50;

    private final Surroundings around;

    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "The report of that one, as muster runs show.")
    private Optional<String> word = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "The newest N only; 50 unless given.")
    private Optional<Long> most = Optional.empty();

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private GroupOptions groups = new GroupOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    RunsCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() {
        if (word.isPresent()) {
            return shown(word.get());
        }
        if (groups.given()) {
            throw new UsageException("--diff, --mask and --no-group: of which run?");
        }
        var form = output.form();
        var limit = most.orElse(SHOWN);
        if (limit < 1) {
            throw new UsageException("--limit " + limit + ": at least 1");
        }
        var all = NamedRun.directory(around, common).all();
        var runs = new ArrayList<PastRun>();
        for (var kept : all.stream().limit(limit).toList()) {
            try {
                runs.add(kept.read());
            } catch (JournalException e) {
                say(kept.id() + " cannot be shown: " + e.getMessage());
            }
        }
        switch (form) {
            case TEXT -> {
                if (all.isEmpty() && !output.quiet()) {
                    say("nothing was run from here yet");
                }
                new RunsList(output.screen(around)).show(runs);
            }
            case NAMES -> runs.forEach(run -> around.out().println(run.id()));
            case JSONL -> runs.forEach(run -> around.out().println(JsonForm.line(line(run))));
            case JSON ->
                    around.out()
                            .println(
                                    JsonForm.document(
                                            new Items(
                                                    runs.stream()
                                                            .<Value>map(RunsList::fields)
                                                            .toList())));
        }
        if (all.size() > limit && !output.quiet()) {
            say((all.size() - limit) + " older ones are not shown: --limit");
        }
        return ExitCode.DONE;
    }

    private ExitCode shown(String name) {
        if (most.isPresent()) {
            throw new UsageException("--limit: " + Escape.quoted(name) + " is one run");
        }
        var renderer = ShownRun.renderer(around, common, output, groups);
        return shown(NamedRun.directory(around, common).find(name), renderer);
    }

    private ExitCode shown(Kept kept, Renderer renderer) {
        var run = kept.read();
        if (run.running()) {
            say(
                    "run "
                            + run.id()
                            + " is running, and this is how far it is: muster runs follow "
                            + run.id());
        }
        return ResumedRun.shown(run, run.past().report(), renderer);
    }

    private static Value line(PastRun run) {
        return JsonForm.typed("run", RunsList.fields(run));
    }

    /** {@code muster runs show}. */
    @Command(
            name = "show",
            description = {
                "The report of a run, as the run showed it, or as far as it came.",
                "What was told secretly is shown sealed."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster runs show last", "  muster runs show 3f9a --output json"})
    @SuppressWarnings("unused") // picocli calls it
    ExitCode show(@Mixin ShownRun shown) {
        var renderer = shown.renderer(around);
        return shown(shown.run().find(around), renderer);
    }

    /** {@code muster runs follow}. */
    @Command(
            name = "follow",
            description = {
                "Shows how a run goes on that another process is at, each answer as it comes,",
                "and its report at the end; the exit code is the run's. Ctrl-C leaves the run",
                "alone. A run that nobody is at is shown as it stands."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster runs follow last", "  muster runs follow 3f9a --output jsonl"})
    @SuppressWarnings("unused") // picocli calls it
    ExitCode follow(@Mixin ShownRun shown) {
        var renderer = shown.renderer(around);
        return new FollowedRun(renderer, this::say).follow(shown.run().find(around));
    }

    /** {@code muster runs resume}. */
    @Command(
            name = "resume",
            description = {
                "Goes on with a run that was cut off or stopped with Ctrl-C: who was sent to",
                "and has not answered gets the very same request again, as long as it is valid,",
                "or is asked what became of it; then come those who were not sent to yet.",
                "Nobody does anything twice, and budgets are over the whole run: one that",
                "stopped because of a budget goes on with a larger one."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster runs resume last",
                "  muster runs resume 3f9a --output jsonl",
                "  muster runs resume 3f9a --max-failed 5"
            })
    @SuppressWarnings("unused") // picocli calls it
    ExitCode resume(@Mixin BudgetOptions budgets, @Mixin ShownRun shown)
            throws InterruptedException {
        var renderer = shown.renderer(around);
        budgets.check();
        return resumed(shown.run(), renderer)
                .resume(shown.run().directory(around), shown.run().word(), budgets);
    }

    /** {@code muster runs pause}. */
    @Command(
            name = "pause",
            description = {
                "Has a run send to nobody else for now, also one that another terminal is at:",
                "that one waits before the next node. Who was sent to goes on. It goes on with",
                "muster runs resume, also if its process has ended meanwhile."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster runs pause last", "  muster runs pause 3f9a"})
    @SuppressWarnings("unused") // picocli calls it
    ExitCode pause(@Mixin NamedRun run) {
        return new HeldRun(run.directory(around), run.word(), this::say).pause();
    }

    /** {@code muster runs promote}. */
    @Command(
            name = "promote",
            description = {
                "Has a run go on that waits until somebody has looked (--pause-after): whoever is",
                "at it goes on; if nobody is, this does."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster runs show last", "  muster runs promote last"})
    @SuppressWarnings("unused") // picocli calls it
    ExitCode promote(@Mixin ShownRun shown) throws InterruptedException {
        var renderer = shown.renderer(around);
        var directory = shown.run().directory(around);
        var word = shown.run().word();
        if (new HeldRun(directory, word, this::say).promote()) {
            return ExitCode.DONE;
        }
        return resumed(shown.run(), renderer).resume(directory, word, new BudgetOptions());
    }

    private ResumedRun resumed(NamedRun run, Renderer renderer) {
        return new ResumedRun(around, run.common(), renderer, this::say);
    }

    /** {@code muster runs cancel}. */
    @Command(
            name = "cancel",
            description = {
                "Stops a run, also one that another terminal is at: nobody else is sent to, what",
                "is under way is stopped with all the processes it started, and what is still on",
                "its way does not begin. Says of each node whether that was too late. A run that",
                "was cancelled is not gone on with any more.",
                "With -I only that node is taken out: it is sent nothing of the run any more, and",
                "the run goes on.",
                "Exit: 0 nothing of it is done any more; 4 too late, or not allowed, somewhere;",
                "5 some did not answer and may do it; 3 nothing of it was under way."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {
                "  muster runs cancel last",
                "  muster runs cancel 3f9a -I web01    only there; the run goes on"
            })
    @SuppressWarnings("unused") // picocli calls it
    ExitCode cancel(@Mixin NamedRun run, @Mixin CancelOptions cancelling, @Mixin OutputOptions form)
            throws InterruptedException {
        return new CancelledRun(around, run.common(), form, cancelling, this::say)
                .cancel(run.directory(around), run.word());
    }

    /** {@code muster runs ask}. */
    @Command(
            name = "ask",
            description = {
                "Asks the nodes that did not answer what became of the run, by the record that",
                "each keeps (node.outcomes), and shows the report with what they say. Sends",
                "nothing else."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster runs ask last", "  muster runs ask 3f9a --output json"})
    @SuppressWarnings("unused") // picocli calls it
    ExitCode ask(@Mixin ShownRun shown) throws InterruptedException {
        return resumed(shown.run(), shown.renderer(around)).ask(shown.run());
    }

    /** {@code muster runs retry}. */
    @Command(
            name = "retry",
            description = {
                "Runs it again, as a new run, on the nodes that failed, refused or were",
                "interrupted, and on no others."
            },
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  muster runs retry last --failed"})
    @SuppressWarnings("unused") // picocli calls it
    ExitCode retry(
            @Option(
                            names = "--failed",
                            required = true,
                            description = "Those that failed, refused or were interrupted.")
                    boolean failed,
            @Mixin ShownRun shown)
            throws InterruptedException {
        return resumed(shown.run(), shown.renderer(around)).retry(shown.run());
    }

    private void say(String line) {
        around.err().println(line);
        around.err().flush();
    }
}
