package io.muster.controller.demo;

import io.muster.exec.Daemon;
import io.muster.exec.Result.Ending;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One node of the demonstration: a real node agent in a process of its own, on a machine that a
 * directory plays. Its power supply is a thread here, which starts it again after a reboot.
 */
final class PlayedNode implements AutoCloseable {
    /** The node agent's exit status when its machine goes down for a reboot. */
    private static final int REBOOT = 133;

    private static final String POLICY =
            """
            {
              "rules": [
                {"effect": "allow", "callers": ["operator/*"], "classes": ["read"],
                 "actions": ["node.ping", "node.inventory", "node.actions", "node.outcomes",
                             "node.output", "node.status", "node.explain", "trust.status"]},
                {"effect": "allow", "callers": ["operator/alice"],
                 "actions": ["node.rename", "node.reboot", "user.ensure", "puppet.run"]}
              ]
            }
            """;

    /** Plays the configuration tool: changes something at its first run, and nothing after that. */
    private static final String PUPPET =
            """
            #!/bin/sh
            mark="${MUSTER_SANDBOX:?}/var/applied"
            if [ -e "$mark" ]; then
                echo "Notice: Applied catalog in 0.01 seconds"
                exit 0
            fi
            mkdir -p "${mark%/*}" && : >"$mark"
            echo "Notice: /Stage[main]/Motd/File[/etc/motd]/ensure: defined content"
            echo "Notice: Applied catalog in 0.02 seconds"
            exit 2
            """;

    private final Path home;
    private final Program program;
    private final AtomicInteger boots = new AtomicInteger();
    private volatile @Nullable Daemon daemon;
    private volatile boolean closing;

    PlayedNode(Path home, Program program) {
        this.home = home;
        this.program = program;
    }

    /** Makes the machine: a host name as a cloud gives it, and a few facts. */
    void furnish(String hostName, String facts) {
        try {
            var machine = home.resolve("machine");
            Files.createDirectories(machine.resolve("etc"));
            Files.createDirectories(machine.resolve("bin"));
            Files.createDirectories(home.resolve("facts.d"));
            Files.createDirectories(home.resolve("machine/actions.d"));
            Files.writeString(machine.resolve("etc/hostname"), hostName + "\n");
            Files.writeString(machine.resolve("facts.json"), facts);
            Files.writeString(home.resolve("policy.json"), POLICY);
            var puppet = machine.resolve("bin/puppet");
            Files.writeString(puppet, PUPPET);
            Files.setPosixFilePermissions(puppet, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(
                    settings(),
                    """
                    state = %1$s/state
                    sandbox = %1$s/machine
                    policy = %1$s/policy.json
                    facts = %1$s/facts.d
                    actions = %1$s/machine/actions.d
                    announce-every = 10s
                    """
                            .formatted(home));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + home, e);
        }
    }

    /** Joins the fleet with a token, and starts for good. */
    void join(String token) throws InterruptedException {
        var joined =
                program.run(List.of("agent", "join", token, "--config", settings().toString()));
        if (joined.ending() instanceof Ending.Stopped) {
            throw new InterruptedException();
        }
        if (!joined.succeeded()) {
            throw new DemoException(
                    "the node in " + home + " could not join: " + joined.stderr().strip());
        }
        Thread.ofVirtual().name("power " + home.getFileName()).start(this::power);
    }

    /** How often it was started. */
    int boots() {
        return boots.get();
    }

    /** Whether its log says that it reached the hub. */
    boolean connected() {
        return log().contains("connected to");
    }

    /** Its audit log. */
    String audit() {
        return read(home.resolve("state/audit.jsonl"));
    }

    /** The directory of its key and certificate. */
    Path credentials() {
        return home.resolve("state");
    }

    Path settings() {
        return home.resolve("agent.conf");
    }

    String log() {
        return read(home.resolve("agent.log"));
    }

    private void power() {
        try {
            var on = true;
            while (on && !closing) {
                var running =
                        program.start(
                                List.of("agent", "--config", settings().toString()),
                                home.resolve("agent.log"));
                daemon = running;
                if (closing) {
                    running.close();
                }
                boots.incrementAndGet();
                var status = running.await(Duration.ofDays(1));
                on = status.isPresent() && status.getAsInt() == REBOOT;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        var running = daemon;
        if (running != null) {
            running.close();
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
