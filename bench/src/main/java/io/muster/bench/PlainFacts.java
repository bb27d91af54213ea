package io.muster.bench;

import io.muster.message.Value.Fields;
import io.muster.node.fact.FactSource;

import java.time.Duration;
import java.util.List;

/** The facts of an emulated node: fifteen, different from node to node, always the same. */
final class PlainFacts implements FactSource {
    private static final List<String> ROLES = List.of("web", "db", "mail", "cache", "dns");

    private final Fields facts;

    PlainFacts(int number) {
        var name = "node%05d".formatted(number);
        facts =
                Fields.EMPTY
                        .with("fqdn", name + ".example.com")
                        .with("domain", "example.com")
                        .with("ipaddress", "10.%d.%d.1".formatted(number / 256, number % 256))
                        .with("kernel", "Linux")
                        .with("architecture", "x86_64")
                        .with("virtual", "kvm")
                        .with("processors_count", 1L << (number % 4))
                        .with("memory_mb", 1024L * (1 + number % 8))
                        .with("role", ROLES.get(number % ROLES.size()))
                        .with("datacenter", number % 2 == 0 ? "east" : "west")
                        .with("environment", number % 10 == 0 ? "staging" : "production")
                        .with("rack", "r" + number % 12)
                        .with("owner", "ops")
                        .with("tier", "t" + number % 3)
                        .with("image", "debian-12");
    }

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofHours(1));
    }

    @Override
    public Collected collect() {
        return Collected.of(facts);
    }
}
