package io.muster.hub.cli;

import io.muster.security.Attributes;

import picocli.CommandLine.Option;

import java.util.Optional;
import java.util.TreeMap;

/** What a certificate of a node will attest. */
final class Attested {
    @Option(
            names = "--attributes",
            paramLabel = "NAME=VALUE,...",
            description = "What will be attested (default: nothing; of a known key, what was).")
    private Optional<Attributes> attributes = Optional.empty();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "What a machine is for: short for --attributes role=ROLE.")
    private Optional<String> role = Optional.empty();

    /** All of it, if anything was typed. */
    Optional<Attributes> all() {
        if (role.isEmpty()) {
            return attributes;
        }
        var values = new TreeMap<>(attributes.orElse(Attributes.NONE).values());
        if (values.put("role", role.get()) != null) {
            throw new UsageException("--role and --attributes both say the role");
        }
        try {
            return Optional.of(new Attributes(values));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--role: " + e.getMessage());
        }
    }
}
