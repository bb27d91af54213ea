package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.broker.EvilBroker;
import io.muster.security.Pem;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program of a node agent that is connected, and that nothing reaches. */
class DeafNodeIT {
    @TempDir private Path home;

    @Test
    void endsWithTheReasonSoThatItIsStartedAgain() throws Exception {
        var fleet = TestFleet.create();
        try (var broker = EvilBroker.start(fleet.broker())) {
            broker.does(_ -> List.of());
            install(fleet, broker.port());
            var log = home.resolve("log");
            var agent = Programs.agent(home, log).start();
            try {
                assertThat(agent.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
                assertThat(agent.exitValue()).as(Files.readString(log)).isEqualTo(1);
                assertThat(log)
                        .content()
                        .contains("ready: ")
                        .contains("the connection is made anew")
                        .contains("connected, and nothing arrives");
            } finally {
                agent.destroyForcibly();
            }
        }
    }

    private void install(TestFleet fleet, int port) throws Exception {
        var state = Files.createDirectories(home.resolve("state"));
        var node = fleet.node("mail");
        var key = Files.writeString(state.resolve("node.key"), Pem.key(node.key()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(state.resolve("node.crt"), Pem.certificate(node.certificate()));
        Files.writeString(state.resolve("trust.pem"), node.trust().pem());
        Files.createDirectories(home.resolve("machine"));
        Files.writeString(home.resolve("policy.json"), "{\"rules\":[]}");
        Files.writeString(
                home.resolve("agent.conf"),
                """
                hub = localhost:%2$d
                state = %1$s/state
                policy = %1$s/policy.json
                facts = %1$s/facts.d
                actions = %1$s/actions.d
                sandbox = %1$s/machine
                echo-after = 1s
                """
                        .formatted(home, port));
    }
}
