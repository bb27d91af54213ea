package io.muster.hub.enrolment;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where an authority keeps what. The directories {@code root} and {@code operators} can be moved to
 * another medium: a hub needs neither.
 *
 * @param home the directory of it all, {@code /var/lib/muster/ca}
 */
public record AuthorityFiles(Path home) {

    /** Root and both issuers' certificates; no secrets. */
    Path trust() {
        return home.resolve("trust.pem");
    }

    /** What it was told when it was founded. */
    Path config() {
        return home.resolve("authority.conf");
    }

    /** The root's key and certificate. */
    public Path root() {
        return home.resolve("root");
    }

    /** The key and certificate of the issuer that makes operators, and what it issued. */
    public Path operators() {
        return home.resolve("operators");
    }

    /** The key and certificate of the issuer that makes nodes and servers, and what it issued. */
    Path nodes() {
        return home.resolve("nodes");
    }

    /** The credentials of the hub and its broker. */
    public Path hub() {
        return home.resolve("hub");
    }

    /** The signed documents, as they travel. */
    Path published() {
        return home.resolve("published");
    }

    /** Which nodes go by which trust set, as the hub heard them. */
    public Path confirmed() {
        return nodes().resolve("confirmed");
    }

    Path tokens() {
        return nodes().resolve("tokens");
    }

    Path pending() {
        return nodes().resolve("pending");
    }

    Path rejected() {
        return nodes().resolve("rejected");
    }

    Path keys() {
        return nodes().resolve("keys");
    }

    Path issued() {
        return nodes().resolve("issued");
    }

    /** Whether there is an authority. */
    public boolean exist() {
        return Files.exists(trust());
    }
}
