package io.muster.controller.cli;

import picocli.CommandLine.Option;

import java.util.Optional;

/** What every verb takes. */
final class CommonOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(names = "--debug", description = "Show stack traces, and what the connection does.")
    private boolean debug;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Configuration file; otherwise $MUSTER_CONFIG,",
                "or ~/.config/muster/controller.conf."
            })
    private Optional<String> config = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Use contexts/NAME.conf beside the configuration file.")
    private Optional<String> context = Optional.empty();

    boolean debug() {
        return debug;
    }

    Optional<String> config() {
        return config;
    }

    Optional<String> context() {
        return context;
    }
}
