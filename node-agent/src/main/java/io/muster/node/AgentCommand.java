package io.muster.node;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code muster agent}: the daemon, with options. */
@Command(
        name = "muster agent",
        mixinStandardHelpOptions = false,
        description = "Runs the node agent: verifies signed requests and carries them out.",
        footer = {
            "",
            "Examples:",
            "  muster agent                        settings from /etc/muster/agent.conf",
            "  muster agent join muster1.eyJ...    join a fleet first, with a token of 'muster ca"
                    + " token'",
            "  muster agent seal                   prepare this machine to be copied as an image",
            "",
            "'muster agent helper [--config FILE]' is the part of it that is root when the node"
                    + " agent is not;",
            "systemd starts it when there is something to do.",
            "",
            "Exit status: 0 stopped, 1 could not start, 78 settings or credentials are bad, 143 on"
                    + " SIGTERM."
        })
final class AgentCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings; default ${DEFAULT-VALUE}.",
            defaultValue = "/etc/muster/agent.conf")
    private Path config = AgentConfig.FILE;

    @Option(names = "--debug", description = "Log what only a developer wants to know.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // the parser acts on it
    private boolean help;

    @Override
    public Integer call() {
        return AgentMain.daemon(config, debug);
    }
}
