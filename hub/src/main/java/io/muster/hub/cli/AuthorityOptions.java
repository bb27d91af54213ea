package io.muster.hub.cli;

import io.muster.hub.HubConfig;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Door;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Which authority a command is about. */
final class AuthorityOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The authority's directory (default: /var/lib/muster/ca).")
    private Path directory = HubConfig.CA;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    Path directory() {
        return directory;
    }

    Authority open(Surroundings around) {
        return Authority.open(directory, around.random(), around.clock());
    }

    Door door(Surroundings around) {
        return new Door(open(around).files(), around.random(), around.clock());
    }
}
