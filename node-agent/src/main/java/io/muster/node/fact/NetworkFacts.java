package io.muster.node.fact;

import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The network interfaces and their addresses. Java leaves out interfaces without an address, so the
 * names come from the kernel's files and only the addresses from Java; no name is looked up.
 */
final class NetworkFacts implements FactSource {
    private static final String INTERFACES = "/sys/class/net";
    private static final String NO_MAC = "00:00:00:00:00:00";

    private final SystemFiles files;

    NetworkFacts(SystemFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "networking";
    }

    @Override
    public Freshness freshness() {
        return Freshness.of(Duration.ofMinutes(1));
    }

    @Override
    public Collected collect() {
        var problems = new ArrayList<String>();
        return new Collected(facts(bindings(problems)), problems);
    }

    Fields facts(Map<String, List<Binding>> bindings) {
        var facts = new FactTree();
        var networking = facts.branch("networking");
        for (var name : files.names(INTERFACES)) {
            describe(
                    networking.branch("interfaces").branch(name),
                    name,
                    bindings.getOrDefault(name, List.of()));
        }
        primary(bindings)
                .ifPresent(
                        name -> {
                            describe(networking, name, bindings.getOrDefault(name, List.of()));
                            networking.put("primary", name);
                        });
        return facts.fields();
    }

    private void describe(FactTree facts, String name, List<Binding> bindings) {
        var mac = files.line(INTERFACES + "/" + name + "/address");
        facts.putIfKnown("mac", mac.equals(NO_MAC) ? "" : mac);
        facts.putIfKnown("operational_state", files.line(INTERFACES + "/" + name + "/operstate"));
        files.number(INTERFACES + "/" + name + "/mtu").ifPresent(mtu -> facts.put("mtu", mtu));
        best(bindings, false)
                .ifPresent(
                        four ->
                                facts.put("ip", four.address())
                                        .put("netmask", four.netmask())
                                        .put("network", four.network()));
        best(bindings, true)
                .ifPresent(
                        six ->
                                facts.put("ip6", six.address())
                                        .put("netmask6", six.netmask())
                                        .put("network6", six.network())
                                        .put("scope6", six.scope()));
        list(bindings, false).ifPresent(all -> facts.put("bindings", all));
        list(bindings, true).ifPresent(all -> facts.put("bindings6", all));
    }

    private static Optional<Binding> best(List<Binding> bindings, boolean six) {
        var kin = bindings.stream().filter(binding -> binding.six() == six).toList();
        return kin.stream().filter(Binding::global).findFirst().or(() -> kin.stream().findFirst());
    }

    private static Optional<Value> list(List<Binding> bindings, boolean six) {
        var items = new ArrayList<Value>();
        for (var binding : bindings) {
            if (binding.six() == six) {
                var facts =
                        new FactTree()
                                .put("address", binding.address())
                                .put("netmask", binding.netmask())
                                .put("network", binding.network());
                items.add(six ? facts.put("scope6", binding.scope()).fields() : facts.fields());
            }
        }
        return items.isEmpty() ? Optional.empty() : Optional.of(new Items(items));
    }

    /**
     * The interface of the default route with the lowest metric, else the first with an address.
     */
    private Optional<String> primary(Map<String, List<Binding>> bindings) {
        return route("/proc/net/route", 0, 1, "00000000", 6, 10)
                .or(() -> route("/proc/net/ipv6_route", 9, 0, "0".repeat(32), 5, 16))
                .or(
                        () ->
                                bindings.entrySet().stream()
                                        .filter(
                                                e ->
                                                        e.getValue().stream()
                                                                .anyMatch(Binding::global))
                                        .map(Map.Entry::getKey)
                                        .findFirst());
    }

    private Optional<String> route(
            String file, int device, int target, String anywhere, int metric, int radix) {
        var best = Optional.<String>empty();
        var least = Long.MAX_VALUE;
        for (var line : files.lines(file)) {
            var words = line.strip().split("\\s+", -1);
            if (words.length > Math.max(device, metric)
                    && words[target].equals(anywhere)
                    && !words[device].equals("lo")) {
                var cost = SystemFiles.number(words[metric], radix).orElse(Long.MAX_VALUE - 1);
                if (cost < least) {
                    least = cost;
                    best = Optional.of(words[device]);
                }
            }
        }
        return best;
    }

    private static Map<String, List<Binding>> bindings(List<String> problems) {
        var bindings = new TreeMap<String, List<Binding>>();
        try {
            for (var each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                var own = new ArrayList<Binding>();
                each.getInterfaceAddresses().forEach(a -> Binding.of(a).ifPresent(own::add));
                // An alias (eth0:1) is another name for an address of the interface above it.
                Collections.list(each.getSubInterfaces())
                        .forEach(
                                alias ->
                                        alias.getInterfaceAddresses()
                                                .forEach(a -> Binding.of(a).ifPresent(own::add)));
                bindings.put(each.getName(), List.copyOf(own));
            }
        } catch (SocketException e) {
            problems.add("networking: " + e.getMessage());
        }
        return bindings;
    }
}
