package io.muster.node.fact;

import io.muster.node.host.Host;
import io.muster.node.host.HostName;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What any host can say of itself, a directory that plays one included: its name, this boot, this
 * installation, the node agent's version.
 */
public final class HostFacts implements FactSource {
    private final Host host;
    private final String version;

    /**
     * The facts of that host.
     *
     * @param version the node agent's
     */
    public HostFacts(Host host, String version) {
        this.host = host;
        this.version = version;
    }

    @Override
    public String name() {
        return "host";
    }

    /** A host that was renamed shows its new name at once. */
    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofSeconds(1));
    }

    @Override
    public Collected collect() {
        var facts = new FactTree();
        facts.put("boot_id", host.bootId());
        facts.putIfKnown("machine_id", host.machineId());
        facts.put("muster_version", version);
        facts.branch("java").put("version", System.getProperty("java.version", "unknown"));
        try {
            var networking = facts.branch("networking");
            var full = host.names().full();
            networking.putIfKnown("hostname", HostName.label(full));
            networking.putIfKnown("fqdn", full);
            var dot = full.indexOf('.');
            networking.putIfKnown("domain", dot < 0 ? "" : full.substring(dot + 1));
            return Collected.of(facts.fields());
        } catch (IOException e) {
            return new Collected(facts.fields(), List.of("host: " + e.getMessage()));
        }
    }
}
