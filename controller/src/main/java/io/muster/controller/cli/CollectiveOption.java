package io.muster.controller.cli;

import io.muster.message.Collective;

import picocli.CommandLine.Option;

import java.util.Optional;

/** Which part of the fleet is spoken to. */
final class CollectiveOption {

    @Option(
            names = {"-T", "--target"},
            paramLabel = "COLLECTIVE",
            description = "Nodes of this collective.")
    private Optional<String> collective = Optional.empty();

    /** The collective, if one is named. */
    Optional<Collective> get() {
        try {
            return collective.map(Collective::new);
        } catch (IllegalArgumentException e) {
            throw new UsageException("-T: " + e.getMessage());
        }
    }
}
