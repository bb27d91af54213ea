package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testing.Needed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Machines with a network of their own, each on a cable that can be pulled, or cut in one direction
 * only: network namespaces of the kernel. Needs root.
 */
final class Cables implements AutoCloseable {
    private static final Path IP = Path.of("/usr/sbin/ip");
    private static final String NETWORK = "10.231.77.";

    private final String bridge = "mf" + ProcessHandle.current().pid() % 1_000_000;
    private final List<String> spaces = new ArrayList<>();
    private final Set<Integer> deaf = new HashSet<>();

    /** Lays so many; where that is not allowed the test is skipped, but for CI. */
    Cables(int number) throws IOException {
        Needed.root();
        Needed.that(Files.isExecutable(IP), "ip");
        var made = said("link add %s type bridge".formatted(bridge));
        Needed.that(made.isEmpty(), "the right to make networks");
        try {
            ip("addr add %s/24 dev %s".formatted(address(), bridge));
            ip("link set %s up".formatted(bridge));
            for (int i = 1; i <= number; i++) {
                lay(bridge + "x" + i, NETWORK + (10 + i));
            }
        } catch (IOException | AssertionError e) {
            close();
            throw e;
        }
    }

    private void lay(String space, String address) throws IOException {
        ip("netns add " + space);
        spaces.add(space);
        ip("link add %s type veth peer name eth0 netns %s".formatted(space, space));
        ip("link set %s master %s up".formatted(space, bridge));
        ip("-n %s addr add %s/24 dev eth0".formatted(space, address));
        ip("-n %s link set eth0 up".formatted(space));
        ip("-n %s link set lo up".formatted(space));
    }

    /** Where all of them reach this machine. */
    String address() {
        return NETWORK + "1";
    }

    /** Words before a command that run it at the other end of that cable, the first being 1. */
    List<String> at(int cable) {
        return List.of(IP.toString(), "netns", "exec", bridge + "x" + cable);
    }

    /** Pulls that cable, or plugs it in. */
    void plugged(int cable, boolean in) throws IOException {
        ip("link set %sx%d %s".formatted(bridge, cable, in ? "up" : "down"));
    }

    /** Has nothing get through to the other end, which does not notice; or lets it. */
    void deaf(int cable, boolean on) throws IOException {
        ip("route %s blackhole %s%d".formatted(on ? "add" : "del", NETWORK, 10 + cable));
        if (on) {
            deaf.add(cable);
        } else {
            deaf.remove(cable);
        }
    }

    private static void ip(String words) throws IOException {
        assertThat(said(words)).as("ip %s", words).isEmpty();
    }

    /** What is wrong with that, if something is. */
    private static String said(String words) throws IOException {
        var command = new ArrayList<>(List.of(IP.toString()));
        command.addAll(List.of(words.split(" ")));
        var ran = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(ran.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return ran.onExit().join().exitValue() == 0 ? "" : "failed: " + said;
    }

    @Override
    public void close() throws IOException {
        for (var cable : List.copyOf(deaf)) {
            deaf(cable, false);
        }
        for (var space : spaces) {
            ip("netns del " + space);
        }
        if (Files.exists(Path.of("/sys/class/net", bridge))) {
            ip("link del " + bridge);
        }
    }
}
