package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.controller.ExitCode;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.cli.NodeSpecs.Answer.Known;
import io.muster.controller.cli.NodeSpecs.Answer.Unsaid;
import io.muster.controller.discovery.Recipients;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.LiveRenderer;
import io.muster.controller.render.Renderer;
import io.muster.controller.render.TextRenderer;
import io.muster.controller.rollout.Preview;
import io.muster.controller.rollout.Rollout;
import io.muster.controller.rollout.Schedule;
import io.muster.message.ActionName;
import io.muster.message.Nearest;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;
import io.muster.security.Verifier;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster run ACTION}: do something on the nodes that match. */
@Command(
        name = "run",
        description = "Run an action on the nodes that match.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster run node.ping -F role=web",
            "  muster run puppet.run -C web --queue 24h     also those who are back by then",
            "  muster run puppet.run -C web --wait 10m      also those who are busy now",
            "  muster run user.ensure name=deploy -C webserver --dry-run",
            "  muster run user.ensure name=deploy password=@FILE -I n-0123456789ab",
            "  muster run node.reboot -I web01 --timeout 10m",
            "  muster run puppet.run --all-nodes --output jsonl",
            "  muster run node.reboot -I web01 --challenge     whatever its clock says",
            "  muster run node.reboot -C web --canary web01 --batch 1,5,25%% --max-failed 1",
            "  muster run puppet.run -C web --canary 2 --pause-after canary",
            "  muster run puppet.run -C web --batch 10%% --gate-fact 'nginx.running=true'",
            "  muster run puppet.run -C web --batch 9 --gate-action 'web.check port=80' --soak 5m",
            "  muster run puppet.run -C web --concurrency 20 --max-failed 5%%",
            "  muster run node.reboot --all-nodes --spread zone --floor role=80%%",
            "  muster run backup.run -C db --one least:load_averages.1m",
            "  muster run node.reboot -C db --propose --approvals 2",
            "  muster run node.inventory -C web --diff",
            "  muster run puppet.run -C web --follow",
            "  muster run puppet.run --nodes last.jsonl --nodes-in failed,no-reply",
            "",
            "muster actions lists the actions, muster actions ACTION describes one.",
            "A secret is given as name=@FILE, name=- (standard input), or name alone to be",
            "asked for it; nodes are then chosen by id, and each gets it sealed to itself."
        })
final class RunCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "ACTION", description = "Such as node.reboot.")
    private String action = "";

    @Parameters(index = "1..*", paramLabel = "name=value", description = "Inputs of the action.")
    private List<String> words = new ArrayList<>();

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private TargetOptions targets = new TargetOptions();
    @Mixin private OneOption one = new OneOption();
    @Mixin private RunOptions options = new RunOptions();
    @Mixin private ApprovalOptions approvals = new ApprovalOptions();
    @Mixin private RolloutOptions rollout = new RolloutOptions();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();
    @Mixin private GroupOptions groups = new GroupOptions();

    RunCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        groups.check(output.form());
        targets.check(around);
        one.check(targets);
        rollout.check();
        approvals.check();
        options.check(output.form(), approvals);
        var name = name();
        var known = BuiltIn.find(name);
        times.check(known.stream().toList());
        if (approvals.from().isPresent()) {
            return approved(name, approvals.from().get());
        }
        var checked = known.map(this::inputs);
        var renderer = renderer();
        try (var session = Session.open(around, common, targets.collective())) {
            renderer.started(name);
            var matching = session.find(targets);
            var found = one.choose(session, name, targets.filter(), matching);
            if (found.all().isEmpty()) {
                renderer.discovered(found);
                renderer.finished(Report.notSent(name, found, List.of()));
                return ExitCode.NOBODY;
            }
            if (known.isPresent() && checked.isPresent()) {
                return run(session, known.get(), checked.get(), found, renderer);
            }
            var limit = times.describing(session.config());
            var specs = new NodeSpecs(session, name, found, limit);
            return switch (specs.ask(targets, options.queue().isPresent())) {
                case Known(ActionSpec spec) -> run(session, spec, inputs(spec), found, renderer);
                case Unsaid(Report report) -> {
                    if (options.queue().isPresent()) {
                        around.err()
                                .println(
                                        "nothing is left at the hub either: what it is must be"
                                                + " known");
                    }
                    renderer.discovered(report.targets());
                    renderer.finished(report);
                    yield ExitCode.of(report);
                }
            };
        }
    }

    /** What was given: to everybody, and to nobody but the targets. */
    private record Inputs(Fields arguments, Fields secrets) {
        /** How many; some are secret. */
        @Override
        public String toString() {
            return secrets.members().size() + " secrets";
        }
    }

    /** To whom secrets are sealed. */
    private List<Target> meant(Targets frozen) {
        return options.queue().isPresent() ? frozen.all() : frozen.online();
    }

    private ExitCode run(
            Session session, ActionSpec spec, Inputs inputs, Targets found, Renderer renderer)
            throws InterruptedException {
        options.checkQueue(spec);
        options.checkRoom(session, found);
        new Consent(around, targets, options).confirm(spec, found);
        var run =
                times.run(
                                spec,
                                inputs.arguments(),
                                targets.filter(),
                                options.dryRun(),
                                session.config())
                        .challenging(options.challenge())
                        .waiting(options.waiting());
        var asked = session.fleet().ready(run, found);
        var frozen = options.followed(options.challenge() ? clocked(asked) : asked);
        var order = new Order(session);
        var there = order.of(rollout.spread(), frozen);
        var care = rollout.of(spec, frozen, there, gate -> described(session, gate, frozen));
        order.check(care, frozen);
        var schedule = Schedule.of(care, there, frozen.all().size());
        if (options.dryRun() && options.queue().isPresent() && !frozen.offline().isEmpty()) {
            around.err()
                    .println(
                            "what is meant for those who are offline would be left at the hub for "
                                    + Spans.print(options.queue().get()));
        }
        if (options.dryRun()) {
            renderer.previewed(preview(run, spec, frozen, care, schedule));
        }
        if (options.dryRun() && !spec.dryRun()) {
            return ExitCode.DONE;
        }
        renderer.discovered(frozen);
        var secrets = session.secrets(inputs.secrets(), targets, times, meant(frozen));
        var question = run.telling(secrets).following(options.follow());
        if (!options.dryRun()) {
            one.took(session, spec.name(), targets.filter(), found);
        }
        if (approvals.wanted()) {
            var proposing = new ApprovedRun(around, session, approvals, renderer);
            var report = proposing.propose(question, frozen, care);
            return report.map(ExitCode::of).orElse(ExitCode.DONE);
        }
        if (renderer instanceof LiveRenderer live) {
            session.caller().follow(live);
        }
        // Nothing is changed by it, so that all can say at once what would be.
        var recorded = new RecordedRun(around, session, renderer);
        return ExitCode.of(
                options.dryRun()
                        ? recorded.run(question, frozen, Rollout.ALL_AT_ONCE)
                        : recorded.run(question, frozen, care, schedule, options.queue()));
    }

    private ActionSpec described(Session session, ActionName gate, Targets found)
            throws InterruptedException {
        var limit = times.describing(session.config());
        return switch (new NodeSpecs(session, gate, found, limit).ask(targets, false)) {
            case Known(ActionSpec spec) -> spec;
            case Unsaid _ ->
                    throw new UnableException(
                            "no node could say what " + gate + " is; nothing was sent");
        };
    }

    private static Preview preview(
            Run run, ActionSpec spec, Targets frozen, Rollout care, Schedule schedule) {
        var past =
                Past.none(run.action(), run.actionClass(), run.timeout(), care, frozen, schedule);
        return new Preview(spec, frozen, care, schedule, past.halt());
    }

    /** Who announced no nonce goes by its clock. */
    private static Targets clocked(Targets found) {
        var without = found.online().stream().filter(t -> t.nonce().isEmpty()).count();
        return without == 0
                ? found
                : found.noting(without + " of them announced no nonce, and go by their clocks");
    }

    /** What was proposed as a file, and has its approvals in it by now. */
    private ExitCode approved(ActionName name, String file) throws InterruptedException {
        if (one.wanted()) {
            throw new UsageException("--one: " + file + " names its targets");
        }
        if (!rollout.given().isEmpty()) {
            throw new UsageException(
                    String.join(", ", rollout.given())
                            + ": goes with --propose or --propose-to; "
                            + file
                            + " is sent in the steps that were approved with it");
        }
        var keys = Session.credentials(new ConfigFile(around, common).read(), around);
        var opened = ApproveCommand.read(around, file, new Verifier(keys.trust(), around.clock()));
        var request = opened.request();
        if (!request.sender().equals(keys.identity())) {
            throw new UsageException(file + ": only " + request.sender().brief() + " can send it");
        }
        if (!request.action().equals(name) || !words.isEmpty() || targets.selective()) {
            throw new UsageException(
                    file
                            + " is about "
                            + request.action()
                            + ", with the inputs and targets that were approved: give no others");
        }
        var address = Optional.of(request.replyTo());
        var renderer = renderer();
        try (var session =
                Session.open(
                        around, common, Optional.of(request.collective()), address, List.of())) {
            renderer.started(name);
            var run = new ApprovedRun(around, session, approvals, renderer);
            var found = run.targets(opened);
            renderer.discovered(found);
            var spec = BuiltIn.find(name);
            var timeout = times.waiting(spec, session.config());
            return ExitCode.of(run.send(opened, found, timeout));
        }
    }

    private Renderer renderer() {
        var shown =
                Outputs.of(
                        around,
                        output,
                        common,
                        screen -> new TextRenderer(screen, groups.grouping(), !output.quiet()),
                        !options.follow());
        var json = output.form() == OutputOptions.Form.JSONL;
        return options.follow() ? new LiveRenderer(output.screen(around), shown, json) : shown;
    }

    private ActionName name() {
        try {
            return new ActionName(action);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage() + nearest() + "; muster actions lists them");
        }
    }

    private String nearest() {
        var names = BuiltIn.all().stream().map(spec -> spec.name().value()).toList();
        return Nearest.hint(action, names);
    }

    /** What all checks before anything is sent have let through. */
    private Inputs inputs(ActionSpec spec) {
        new Consent(around, targets, options).checkSelection(spec);
        var read = new SecretWords(around, spec, targets.typedIn());
        var secrets = read.read(words);
        var arguments = spec.fromWords(read.others(), secrets);
        if (!secrets.members().isEmpty()) {
            Recipients.checkFilter(targets.filter());
        }
        return new Inputs(arguments, secrets);
    }
}
