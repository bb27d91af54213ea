package io.muster.controller.cli;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a run is cancelled, and how long the nodes are waited for. */
final class CancelOptions {
    /** More than a node gives what it stops. */
    private static final Duration USUAL = Duration.ofSeconds(20);

    @Option(
            names = {"-I", "--with-identity"},
            paramLabel = "NODE",
            description = "Only on this target; several: on these. The run goes on.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            description = "How long to wait for the nodes; 20s unless given.")
    private Optional<String> timeout = Optional.empty();

    /** The targets that were named; all if none were. */
    List<String> nodes() {
        return nodes;
    }

    /** How long to wait. */
    Duration patience() {
        return timeout.map(text -> TimeOptions.span("--timeout", text)).orElse(USUAL);
    }
}
