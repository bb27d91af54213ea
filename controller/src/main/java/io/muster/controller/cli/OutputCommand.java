package io.muster.controller.cli;

import io.muster.controller.Entry;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.render.Lines;
import io.muster.controller.runs.RunsDirectory;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code muster runs output}: all that a program said on one node. */
@Command(
        name = "output",
        description = {
            "All that the program of a run said on one node. What did not fit into the",
            "answer the node keeps for a day (its setting keep-output), for you alone.",
            "In a pipe or a file the bytes are as they were; on a terminal they are escaped."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster runs output last web01",
            "  muster runs output 3f9a web01 --stream stderr > web01.err"
        })
final class OutputCommand implements Callable<ExitCode> {
    private final Surroundings around;
    private final Lines lines;

    @Parameters(index = "0", paramLabel = "RUN", description = "Its id, the beginning, or last.")
    private String word = "";

    @Parameters(index = "1", paramLabel = "NODE", description = "Its id or host name.")
    private String node = "";

    @Option(
            names = "--stream",
            paramLabel = "STREAM",
            defaultValue = "stdout",
            description = "stdout or stderr; stdout unless given.")
    private String stream = "stdout";

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private TimeOptions times = new TimeOptions();

    OutputCommand(Surroundings around) {
        this.around = around;
        this.lines = new Lines(line -> around.out().println(Lines.safe(line)));
    }

    @Override
    public ExitCode call() throws InterruptedException {
        if (!stream.equals("stdout") && !stream.equals("stderr")) {
            throw new UsageException("--stream " + Escape.quoted(stream) + ": stdout or stderr");
        }
        var config = new ConfigFile(around, common).read();
        var run = new RunsDirectory(config.runs(), config.keepRuns()).find(word).read();
        var entry = entry(run.past().report());
        var name = Escape.line(entry.name());
        var outcome =
                entry.outcome()
                        .orElseThrow(
                                () ->
                                        new UnableException(
                                                name
                                                        + " is "
                                                        + entry.state()
                                                        + ", and has told nothing",
                                                ExitCode.INCOMPLETE));
        var data = outcome.result();
        var rest = fields(data, "rest").flatMap(all -> fields(all, stream));
        var kept = rest.flatMap(r -> r.member("kept")).isPresent();
        if (!kept && data.member(stream).isPresent()) {
            return told(name, data, rest);
        }
        try (var session = Session.open(around, common, Optional.of(run.plan().collective()))) {
            var one = new OneNode(session, times);
            var request = entry.reply().orElseThrow().request();
            var whole = new KeptOutput(one, one.find(entry.id().value()), request, stream);
            whole.copy(this::write);
        }
        return lost(name, rest);
    }

    private Entry entry(Report report) {
        var found =
                report.entries().stream()
                        .filter(e -> e.id().value().equals(node) || e.name().equals(node))
                        .toList();
        if (found.isEmpty()) {
            throw new UnableException(
                    "no target of that run is called "
                            + Escape.quoted(node)
                            + "; muster runs show "
                            + Escape.line(word)
                            + " lists them",
                    ExitCode.NOBODY);
        }
        if (found.size() > 1) {
            var ids = found.stream().map(e -> e.id().value()).toList();
            throw new UsageException(
                    "several are called "
                            + Escape.quoted(node)
                            + ": say which: "
                            + String.join(", ", ids));
        }
        return found.getFirst();
    }

    /** All that there is of it is in the answer. */
    private ExitCode told(String name, Fields data, Optional<Fields> rest) {
        if (!(data.member(stream).orElse(new Value.Nothing()) instanceof Value.Text(var text))) {
            throw new UnableException(name + " has told nothing of " + stream);
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        write(bytes);
        return lost(name, rest);
    }

    private ExitCode lost(String name, Optional<Fields> rest) {
        lines.end();
        around.out().flush();
        var lost = rest.flatMap(r -> r.member("lost"));
        if (lost.isEmpty()) {
            return ExitCode.DONE;
        }
        around.err().println(name + " could not keep all: " + lost.get() + " bytes are lost");
        around.err().flush();
        return ExitCode.INCOMPLETE;
    }

    private void write(byte[] bytes) {
        if (around.outTerminal()) {
            lines.take(bytes);
            return;
        }
        try {
            around.raw().write(bytes);
            around.raw().flush();
        } catch (IOException e) {
            throw new UnableException("the output cannot be written: " + e.getMessage());
        }
    }

    private static Optional<Fields> fields(Fields data, String name) {
        return data.member(name).filter(Fields.class::isInstance).map(Fields.class::cast);
    }
}
