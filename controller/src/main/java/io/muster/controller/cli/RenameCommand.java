package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.action.InvalidInputException;
import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.JsonForm;
import io.muster.controller.render.Names;
import io.muster.message.Escape;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster rename NODE NAME}: another host name, the same identity. */
@Command(
        name = "rename",
        description = {
            "Give a node another host name; its identity stays.",
            "With --reboot, restart it and wait until it is back under the new name."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster rename domu-12-31-55-11-22-18 mail01.example",
            "  muster rename n-0123456789ab mail01.example --reboot",
            "  muster rename web01 web02 --dry-run"
        })
final class RenameCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Parameters(index = "0", paramLabel = "NODE", description = "Its id or host name today.")
    private String node = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "Its host name from now on.")
    private String name = "";

    @Option(names = "--reboot", description = "Restart it, and see it come back as NAME.")
    private boolean reboot;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    RenameCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() throws InterruptedException {
        times.check(
                reboot
                        ? List.of(BuiltIn.NODE_RENAME, BuiltIn.NODE_REBOOT)
                        : List.of(BuiltIn.NODE_RENAME));
        output.form();
        var arguments = arguments();
        if (reboot && dryRun) {
            throw new UsageException("--reboot with --dry-run: a reboot cannot be tried out");
        }
        try (var session = Session.open(around, common, collective.get())) {
            var one = new OneNode(session, times);
            var target = one.find(node);
            one.refuseTaken(name, target.all().getFirst().id());
            var report = one.run(BuiltIn.NODE_RENAME, arguments, target, dryRun);
            if (ExitCode.of(report) != ExitCode.DONE) {
                return unable(OneNode.problem(report), ExitCode.of(report));
            }
            var renamed = OneNode.only(report);
            say(renamed.name() + ": " + renamed.outcome().map(Outcome::message).orElse(""));
            if (!reboot) {
                hint(renamed);
                show(renamed, Optional.empty());
                return ExitCode.DONE;
            }
            return restart(one, renamed);
        }
    }

    private Fields arguments() {
        try {
            return BuiltIn.NODE_RENAME.fromWords(List.of("name=" + name));
        } catch (InvalidInputException e) {
            throw new UsageException(
                    "not a host name: "
                            + Escape.quoted(name)
                            + ": lower-case letters, digits and inner hyphens, dots between the"
                            + " parts, at most 64 characters");
        }
    }

    private void hint(Entry renamed) {
        if (!dryRun && renamed.outcome().map(o -> o instanceof Outcome.Changed).orElse(false)) {
            notice("No reboot is needed for the name itself. What read the old name when it");
            notice("started keeps it until it is restarted; --reboot restarts the machine.");
        }
    }

    /** The boot that gave the answer is the one to end: a repeated request finds another. */
    private ExitCode restart(OneNode one, Entry renamed) throws InterruptedException {
        var boot = renamed.reply().map(Reply::boot);
        var same = new Target(renamed.id(), renamed.name(), Presence.UP, boot);
        var targets = new Targets(List.of(same), List.of(), "named", Duration.ZERO, List.of());
        notice("Restarting it and waiting for it to come back ...");
        var report = one.run(BuiltIn.NODE_REBOOT, Fields.EMPTY, targets, false);
        var back = OneNode.only(report);
        if (ExitCode.of(report) != ExitCode.DONE) {
            show(renamed, Optional.of(back));
            return unable(OneNode.problem(report), ExitCode.of(report));
        }
        show(renamed, Optional.of(back));
        if (!back.name().equals(name) && !back.name().startsWith(name + ".")) {
            return unable(
                    back.id()
                            + " is back and calls itself "
                            + Escape.line(back.name())
                            + ", not "
                            + name
                            + ": something at boot sets another name",
                    ExitCode.FAILED);
        }
        var took = Duration.ofMillis(back.after().orElse(Duration.ZERO).toMillis());
        say(back.id() + " is back as " + back.name() + " after " + Spans.print(took));
        return ExitCode.DONE;
    }

    /** On the way, for people. */
    private void notice(String line) {
        if (!output.quiet()) {
            around.err().println(line);
            around.err().flush();
        }
    }

    /** The result, for people. */
    private void say(String line) {
        if (output.form() == OutputOptions.Form.TEXT) {
            around.out().println(Escape.line(line));
            around.out().flush();
        }
    }

    private void show(Entry renamed, Optional<Entry> back) {
        var data = renamed.outcome().map(Outcome::result).orElse(Fields.EMPTY);
        var last = back.orElse(renamed);
        var fields =
                Fields.EMPTY
                        .with("id", renamed.id().value())
                        .with("name", last.name())
                        .with("before", data.member("before").orElse(Value.of("")))
                        .with("after", data.member("after").orElse(Value.of("")))
                        .with("state", renamed.state().word());
        if (back.isPresent()) {
            fields = fields.with("reboot", last.state().word());
        }
        switch (output.form()) {
            case TEXT -> {}
            case JSON -> around.out().println(JsonForm.document(fields));
            case JSONL -> around.out().println(JsonForm.line(JsonForm.typed("renamed", fields)));
            case NAMES -> around.out().println(word(last));
        }
    }

    private static String word(Entry node) {
        return Names.ofEntries(List.of(node)).word(node.id(), node.name());
    }

    private ExitCode unable(String problem, ExitCode code) {
        around.err().println("muster rename: " + problem);
        return code;
    }
}
