package io.muster.node;

import io.muster.node.fact.FactSource.Collected;
import io.muster.node.fact.FileFacts;
import io.muster.policy.Situation;
import io.muster.security.Certificates;
import io.muster.security.Credentials;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What policies may rely on about this node: what the authority attests of it, and the facts in
 * files that only root may change. What programs, Puppet or the network say is none of it.
 * Thread-safe.
 */
final class LocalFacts implements Supplier<Situation> {
    private final Supplier<? extends Map<String, String>> attributes;
    private final FileFacts files;
    private final InstantSource clock;
    private Optional<Situation> last = Optional.empty();
    private Instant looked = Instant.EPOCH;

    /**
     * Facts in that folder.
     *
     * @param attributes what the authority attests now: a renewed certificate may say otherwise
     */
    LocalFacts(
            Supplier<? extends Map<String, String>> attributes, Path folder, InstantSource clock) {
        this.attributes = attributes;
        this.files = new FileFacts(folder);
        this.clock = clock;
    }

    /** Of the node with these settings and credentials. */
    static LocalFacts of(AgentConfig config, Credentials credentials, InstantSource clock) {
        return new LocalFacts(
                () -> Certificates.attributes(credentials.certificate()), config.facts(), clock);
    }

    @Override
    public synchronized Situation get() {
        var now = clock.instant();
        var good = files.freshness().ttl();
        if (last.isEmpty() || now.isBefore(looked) || !now.isBefore(looked.plus(good))) {
            looked = now;
            last = Optional.of(look());
        }
        return last.get();
    }

    private Situation look() {
        Collected collected = files.collect();
        return new Situation(attributes.get(), collected.facts(), collected.problems().isEmpty());
    }
}
