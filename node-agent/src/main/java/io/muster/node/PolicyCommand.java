package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.IoReason;
import io.muster.message.MalformedException;
import io.muster.policy.Policy;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code muster policy}: what policies say, read as a node agent reads them. */
@Command(
        name = "muster policy",
        description = "Checks and explains policies, which say what a node lets whom do.",
        footer = {
            "",
            "Examples:",
            "  muster policy check policy.json",
            "  muster policy explain node.reboot --caller operator/alice --targets 3",
            "  muster policy push policy.json   (on the machine of the authority)",
            "  muster policy status",
        })
final class PolicyCommand implements Callable<Integer> {
    /** As the command line has it: bad input. */
    static final int USAGE = 2;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // the parser acts on it
    private boolean help;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE;
    }

    /**
     * Reads a policy.
     *
     * @throws ConfigException saying why it cannot be
     */
    static Policy read(Path file) {
        try {
            return Policy.parse(Files.readString(file));
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + IoReason.of(e), e);
        } catch (MalformedException e) {
            throw new ConfigException(file + ": " + e.problem(), e);
        }
    }

    /** Says what is wrong, and that it was the input. */
    static int refuse(CommandLine line, String problem) {
        line.getErr().println(line.getCommandSpec().qualifiedName() + ": " + problem);
        return USAGE;
    }
}
