package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.node.time.HighWater;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;

/** {@code muster agent clock-ok}: somebody on the machine says that its clock is right. */
@Command(
        name = "clock-ok",
        description = {
            "Say that this machine's clock is right, after the node agent refused to change",
            "anything because the clock was behind what it had seen, or the mark of that cannot",
            "be read (clock-behind). Look at the clock first. The running node agent heeds it with"
                    + " the next request."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  date; muster agent clock-ok",
            "",
            "Exit status: 0 said, 1 could not be written (only root can), 78 settings are bad."
        })
final class ClockOkCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings; default ${DEFAULT-VALUE}.",
            defaultValue = "/etc/muster/agent.conf")
    private Path config = AgentConfig.FILE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // the parser acts on it
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // the parser sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        var line = spec.commandLine();
        try {
            return say(AgentConfig.read(config), line);
        } catch (ConfigException e) {
            line.getErr().println("muster: " + e.getMessage());
            return AgentMain.BAD_CONFIGURATION;
        } catch (IOException e) {
            line.getErr().println("muster: " + IoReason.of(e) + ": are you root?");
            return 1;
        }
    }

    private static int say(AgentConfig config, CommandLine line) throws IOException {
        var now = InstantSource.system().instant();
        var before = before(config);
        AtomicFile.replace(config.trust().resolve(HighWater.OVERRIDE), Bytes.utf8(now + "\n"));
        var second = config.state().resolve(HighWater.OVERRIDE);
        if (config.helper().isPresent() && Files.notExists(second, LinkOption.NOFOLLOW_LINKS)) {
            // Root creates a file where another user may put links, and writes nothing to it.
            Files.createFile(second);
        }
        line.getOut()
                .println(
                        "It is "
                                + now
                                + "; "
                                + before
                                + ". The node agent goes by this clock from the next request on.");
        return 0;
    }

    private static String before(AgentConfig config) {
        try {
            return HighWater.read(config.trust())
                    .map(mark -> "the latest request accepted was of " + mark)
                    .orElse("no request was accepted yet");
        } catch (IOException e) {
            return IoReason.of(e) + ", and is made anew";
        }
    }
}
