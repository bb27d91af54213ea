package io.muster.controller.cli;

import io.muster.action.BuiltIn;
import io.muster.controller.ExitCode;
import io.muster.controller.render.Screen;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code muster doctor}: is everything as it must be? */
@Command(
        name = "doctor",
        description = {
            "Check configuration, keys, hub, rights, clocks and nodes.",
            "Exit code 0 if all is well; otherwise each line says what to do."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  muster doctor", "  muster doctor --context dr --output json"})
final class DoctorCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Mixin private CommonOptions common = new CommonOptions();
    @Mixin private CollectiveOption collective = new CollectiveOption();
    @Mixin private TimeOptions times = new TimeOptions();
    @Mixin private OutputOptions output = new OutputOptions();

    DoctorCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() {
        times.check(List.of(BuiltIn.NODE_PING));
        var spoken = collective.get();
        Screen screen = output.screen(around);
        var findings = new Findings(screen, output.form());
        try {
            new Examination(around, findings, common, spoken, times).run();
        } catch (InterruptedException e) {
            findings.fail("examination", "stopped before its end: what follows was not looked at");
            findings.end();
            return ExitCode.STOPPED;
        }
        findings.end();
        return findings.well() ? ExitCode.DONE : ExitCode.UNABLE;
    }
}
