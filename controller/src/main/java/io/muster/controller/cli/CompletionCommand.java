package io.muster.controller.cli;

import io.muster.controller.ExitCode;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** {@code muster completion}: a script for bash. */
@Command(
        name = "completion",
        description = "Print a bash script that completes verbs and options.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(muster completion)",
            "  muster completion > /etc/bash_completion.d/muster"
        })
final class CompletionCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @SuppressWarnings("unused") // picocli acts on it
    @Mixin
    private CommonOptions common = new CommonOptions();

    CompletionCommand(Surroundings around) {
        this.around = around;
    }

    /** One of them is partly another program's. */
    private CommandLine line(Verb verb) {
        var line = verb.line(around);
        return verb == Verb.POLICY ? Elsewhere.of(verb.word()).addSubcommand("status", line) : line;
    }

    /** All verbs under one root, which only completion needs. */
    @Command(name = "muster")
    private static final class Root {}

    @Override
    public ExitCode call() {
        var root = new CommandLine(new Root());
        for (var verb : Verb.values()) {
            root.addSubcommand(verb.word(), line(verb));
        }
        for (var elsewhere : Verb.ELSEWHERE.keySet()) {
            root.addSubcommand(elsewhere, Elsewhere.of(elsewhere));
        }
        around.out().print(AutoComplete.bash("muster", root));
        return ExitCode.DONE;
    }
}
