package io.muster.controller.cli;

import picocli.CommandLine.Option;

import java.util.List;
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
            description = "Use contexts/NAME.conf beside that file.")
    private Optional<String> context = Optional.empty();

    /** What can be seen of them without parsing; no more than a good guess. */
    static CommonOptions glimpse(List<String> words) {
        var options = new CommonOptions();
        options.config = after("--config", words);
        options.context = after("--context", words);
        return options;
    }

    private static Optional<String> after(String option, List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith(option + "=")) {
                return Optional.of(words.get(i).substring(option.length() + 1));
            }
            if (words.get(i).equals(option) && i + 1 < words.size()) {
                return Optional.of(words.get(i + 1));
            }
        }
        return Optional.empty();
    }

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
