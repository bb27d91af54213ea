package io.muster.controller.cli;

import io.muster.config.IoReason;
import io.muster.controller.ExitCode;
import io.muster.controller.demo.Demo;
import io.muster.controller.demo.DemoException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code muster demo}: the whole story on this machine. */
@Command(
        name = "demo",
        description = {
            "The whole story on this machine, no set-up: a hub and five node agents as",
            "processes of their own, with TLS and fresh keys, in a temporary directory. The",
            "machines are played by directories: nothing of this machine is changed."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  muster demo             tell it, and clean up",
            "  muster demo --keep      leave it running to play with, until Ctrl-C",
            "  muster demo --debug     leave its directory, with all logs"
        })
final class DemoCommand implements Callable<ExitCode> {
    private final Surroundings around;

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(names = "--keep", description = "Leave everything running at the end, until Ctrl-C.")
    private boolean keep;

    DemoCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public ExitCode call() {
        try {
            var home = Files.createTempDirectory("muster-demo-").toRealPath();
            var leave = true;
            try (var demo = Demo.of(home, launcher(), which(), around.out())) {
                demo.tell();
                if (keep) {
                    demo.stay();
                }
                leave = common.debug();
            } catch (InterruptedException e) {
                leave = common.debug();
                around.out().println();
                around.out().println("Stopped, with all that was started.");
                return ExitCode.STOPPED;
            } catch (DemoException e) {
                throw new UnableException(e.getMessage() + "\nwhat it left is in " + home);
            } finally {
                if (!leave) {
                    Demo.remove(home);
                }
            }
            return ExitCode.DONE;
        } catch (IOException e) {
            throw new UnableException("cannot use the temporary directory: " + IoReason.of(e));
        }
    }

    /**
     * What the launcher goes by; the rest of this environment is none of the programs' business.
     */
    private Map<String, String> which() {
        var kept = new LinkedHashMap<String, String>();
        for (var name : List.of("JAVA_HOME", "MUSTER_JAVA", "MUSTER_JAVA_OPTS")) {
            around.variable(name).ifPresent(value -> kept.put(name, value));
        }
        return kept;
    }

    private Path launcher() {
        return around.variable("MUSTER_HOME")
                .map(home -> Path.of(home, "bin", "muster"))
                .filter(Files::isExecutable)
                .orElseThrow(
                        () ->
                                new UnableException(
                                        "the demonstration starts processes and needs the launcher:"
                                                + " run it as muster demo"));
    }
}
