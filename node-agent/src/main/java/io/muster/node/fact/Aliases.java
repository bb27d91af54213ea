package io.muster.node.fact;

import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Whole;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flat names that facts had before they were nested, since filters, policies and people's
 * habits still use them: {@code hostname} for {@code networking.hostname}. Computed from the merged
 * facts, so that both names always say the same; a fact of that name that somebody gave stays.
 */
final class Aliases {
    private static final Map<String, String> NAMES =
            names(
                    """
                    architecture os.architecture
                    domain networking.domain
                    fqdn networking.fqdn
                    gid identity.group
                    hardwareisa processors.isa
                    hardwaremodel os.hardware
                    hostname networking.hostname
                    id identity.user
                    ipaddress networking.ip
                    ipaddress6 networking.ip6
                    lsbdistcodename os.distro.codename
                    lsbdistdescription os.distro.description
                    lsbdistid os.distro.id
                    lsbdistrelease os.distro.release.full
                    lsbmajdistrelease os.distro.release.major
                    macaddress networking.mac
                    manufacturer dmi.manufacturer
                    memoryfree memory.system.available
                    memorysize memory.system.total
                    netmask networking.netmask
                    network networking.network
                    operatingsystem os.name
                    operatingsystemmajrelease os.release.major
                    operatingsystemrelease os.release.full
                    osfamily os.family
                    physicalprocessorcount processors.physicalcount
                    processorcount processors.count
                    productname dmi.product.name
                    selinux os.selinux.enabled
                    serialnumber dmi.product.serial_number
                    sshecdsakey ssh.ecdsa.key
                    sshed25519key ssh.ed25519.key
                    sshrsakey ssh.rsa.key
                    swapfree memory.swap.available
                    swapsize memory.swap.total
                    uptime system_uptime.uptime
                    uptime_days system_uptime.days
                    uptime_hours system_uptime.hours
                    uptime_seconds system_uptime.seconds
                    uuid dmi.product.uuid
                    """);

    /** What an interface's facts were called, a name of the interface behind. */
    private static final Map<String, String> OF_INTERFACES =
            Map.of(
                    "ip", "ipaddress",
                    "ip6", "ipaddress6",
                    "mac", "macaddress",
                    "mtu", "mtu",
                    "netmask", "netmask",
                    "network", "network");

    private static final long MIB = 1024 * 1024;

    private Aliases() {}

    private static Map<String, String> names(String table) {
        var names = new LinkedHashMap<String, String>();
        table.lines()
                .map(line -> List.of(line.split(" ", 2)))
                .forEach(pair -> names.put(pair.getFirst(), pair.getLast()));
        return names;
    }

    /** Adds them to facts that are otherwise complete. */
    static void addTo(FactTree tree) {
        var facts = tree.fields();
        NAMES.forEach(
                (alias, path) -> find(facts, path).ifPresent(v -> add(tree, facts, alias, v)));
        megabytes(tree, facts, "memorysize_mb", "memory.system.total_bytes");
        megabytes(tree, facts, "memoryfree_mb", "memory.system.available_bytes");
        megabytes(tree, facts, "swapsize_mb", "memory.swap.total_bytes");
        megabytes(tree, facts, "swapfree_mb", "memory.swap.available_bytes");
        if (find(facts, "networking.interfaces").orElse(Fields.EMPTY) instanceof Fields each) {
            interfaces(tree, facts, each);
        }
        if (find(facts, "disks").orElse(Fields.EMPTY) instanceof Fields disks
                && !disks.members().isEmpty()) {
            var names = String.join(",", disks.members().keySet());
            add(tree, facts, "blockdevices", Value.of(names));
        }
    }

    private static void interfaces(FactTree tree, Fields facts, Fields interfaces) {
        if (interfaces.members().isEmpty()) {
            return;
        }
        var names = interfaces.members().keySet().stream().map(Aliases::plain).toList();
        add(tree, facts, "interfaces", Value.of(String.join(",", names)));
        for (var each : interfaces.members().entrySet()) {
            var suffix = "_" + plain(each.getKey());
            OF_INTERFACES.forEach(
                    (member, alias) ->
                            member(each.getValue(), member)
                                    .ifPresent(value -> add(tree, facts, alias + suffix, value)));
        }
    }

    private static void megabytes(FactTree tree, Fields facts, String alias, String path) {
        if (find(facts, path).orElse(Value.of("")) instanceof Whole(long bytes)) {
            add(tree, facts, alias, new Value.Decimal(Sizes.quotient(bytes, MIB)));
        }
    }

    private static void add(FactTree tree, Fields facts, String alias, Value value) {
        if (!facts.members().containsKey(alias)) {
            tree.put(alias, value);
        }
    }

    private static Optional<Value> find(Fields facts, String path) {
        Optional<Value> found = Optional.of(facts);
        for (var name : path.split("\\.", -1)) {
            found = found.flatMap(value -> member(value, name));
        }
        return found;
    }

    private static Optional<Value> member(Value value, String name) {
        return value instanceof Fields fields ? fields.member(name) : Optional.empty();
    }

    /** A name of an interface as it stands in names of facts. */
    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9_]", "_");
    }
}
