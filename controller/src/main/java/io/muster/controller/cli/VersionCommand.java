package io.muster.controller.cli;

import io.muster.controller.ExitCode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** {@code muster version}. */
@Command(
        name = "version",
        description = "Say which version this is.",
        footerHeading = "%nExamples:%n",
        footer = {"  muster version"})
final class VersionCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @SuppressWarnings("unused") // picocli acts on it
    @Mixin
    private CommonOptions common = new CommonOptions();

    VersionCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() {
        around.out().println("muster " + around.version());
        return ExitCode.DONE;
    }
}
