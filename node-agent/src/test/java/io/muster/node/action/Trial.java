package io.muster.node.action;

import io.muster.exec.ProcessRunner;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.fact.ClassesFile;
import io.muster.node.fact.FactCache;
import io.muster.node.fact.HostFacts;
import io.muster.node.fact.SandboxFacts;
import io.muster.node.host.Host;
import io.muster.node.host.SandboxHost;
import io.muster.node.output.Outlet;
import io.muster.node.output.Voice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node to try actions on: real parts around a host. */
final class Trial {
    static final InstantSource CLOCK = InstantSource.system();

    private final Node node;
    private final Outlet outlet;
    private Voice voice = Voice.NONE;

    private Trial(Host host, InstantSource clock, Set<String> userGroups, Outlet outlet) {
        this.outlet = outlet;
        var external = new ExternalActions(host.files().path("/etc/muster/actions.d"), host, clock);
        var facts =
                new FactCache(
                        List.of(new SandboxFacts(host.files()), new HostFacts(host, "1.2.3")),
                        clock);
        node =
                new Node(
                        "1.2.3",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        List.of(Collective.MAIN),
                        host,
                        facts,
                        new ClassesFile(host.files(), ClassesFile.USUAL),
                        new Actions(Actions.builtIn(Optional.empty(), userGroups), external),
                        clock);
    }

    static Trial on(Host host) {
        return new Trial(host, CLOCK, Set.of(), Outlet.NONE);
    }

    /** A node that lets its users be given these privileged groups. */
    static Trial on(Host host, Set<String> userGroups) {
        return new Trial(host, CLOCK, userGroups, Outlet.NONE);
    }

    static Trial on(Host host, InstantSource clock) {
        return new Trial(host, clock, Set.of(), Outlet.NONE);
    }

    /** The same, and whoever asks listens. */
    Trial heardBy(Voice listener) {
        voice = listener;
        return this;
    }

    /** A node that keeps there what does not fit into a reply. */
    static Trial on(Host host, Outlet outlet) {
        return new Trial(host, CLOCK, Set.of(), outlet);
    }

    /** A directory that plays a machine called {@code domu-12-31}. */
    static Host sandbox(Path directory) {
        try {
            put(directory, "etc/hostname", "domu-12-31\n", "rw-r--r--");
            return SandboxHost.open(directory, new ProcessRunner(), () -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void put(Path directory, String file, String content, String mode) throws IOException {
        var path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    Node node() {
        return node;
    }

    /** Checks the arguments against the spec, runs the action, expects it to be over. */
    Outcome run(String action, Fields arguments) throws IOException {
        return run(action, arguments, false);
    }

    Outcome run(String action, Fields arguments, boolean dryRun) throws IOException {
        if (perform(action, arguments, dryRun) instanceof Performed.Done(Outcome outcome)) {
            return outcome;
        }
        throw new AssertionError(action + " is not over");
    }

    Performed perform(String action, Fields arguments, boolean dryRun) throws IOException {
        var found = node.actions().find(new ActionName(action)).orElseThrow();
        var context =
                new ActionContext(
                        new RequestId("0123456789abcdef0123456789abcdef"),
                        new Identity("acme", Role.OPERATOR, "alice"),
                        dryRun,
                        System.nanoTime() + found.spec().timeout().toNanos(),
                        node,
                        outlet,
                        voice,
                        Optional.empty());
        return found.run(found.spec().check(arguments), context);
    }

    /** The member {@code name} of what the outcome carries, a list, as texts. */
    static List<String> list(Outcome outcome, String name) {
        return outcome.result().member(name).orElse(Value.texts(List.of()))
                        instanceof Value.Items(List<Value> items)
                ? items.stream().map(Value::toString).toList()
                : List.of();
    }

    /** The member {@code name} of what the outcome carries, as text; empty if there is none. */
    static String text(Outcome outcome, String name) {
        return outcome.result().member(name).map(Value::toString).orElse("");
    }
}
