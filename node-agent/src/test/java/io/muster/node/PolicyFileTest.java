package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.exec.ProcessRunner;
import io.muster.message.ActionName;
import io.muster.message.Json;
import io.muster.node.action.Actions;
import io.muster.node.action.ExternalActions;
import io.muster.policy.Situation;
import io.muster.testing.Needed;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class PolicyFileTest {
    private static final String ONE_RULE =
            """
            {"rules":[{"effect":"allow","callers":["operator/alice"],"actions":["node.ping"]}]}
            """;

    @TempDir private Path directory;
    private Path file;
    private Path dropped;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private PolicyFile policy;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("policy.json");
        Files.writeString(file, ONE_RULE);
        mode(file, "rw-r--r--");
        dropped = Files.createDirectory(directory.resolve("actions"));
        policy = open();
    }

    private PolicyFile open() {
        var external = new ExternalActions(dropped, new ProcessRunner(), this::later);
        var actions = new Actions(Actions.builtIn(Optional.empty()), external);
        return new PolicyFile(file, () -> Situation.UNKNOWN, actions, System.getLogger("test"));
    }

    /** Whoever asks finds that the time has come to look again. */
    private Instant later() {
        now = now.plusSeconds(2);
        return now;
    }

    private void deny(String action) throws IOException {
        Files.writeString(
                file, ONE_RULE.replace("\"allow\"", "\"deny\"").replace("node.ping", action));
    }

    private void drop(String action) throws IOException {
        var program = Files.writeString(dropped.resolve(action), "#!/bin/sh\n");
        mode(program, "rwxr-xr-x");
        var spec =
                new ActionSpec(
                        new ActionName(action),
                        "for tests",
                        ActionClass.READ,
                        true,
                        false,
                        Duration.ofSeconds(1),
                        List.of(),
                        List.of());
        var described = dropped.resolve(action + ".json");
        mode(Files.writeString(described, Json.text(spec.toValue())), "rw-r--r--");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private int rules() {
        return policy.policy().rules().size();
    }

    @Test
    void whatOthersMayWriteIsNoPolicyUntilTheModeIsPutRight() throws IOException {
        mode(file, "rw-rw-r--");
        assertThat(rules()).isZero();
        mode(file, "rw-r--r--");
        assertThat(rules()).isOne();
    }

    @Test
    void aPolicyInADirectoryThatOthersMayWriteIsNone() throws IOException {
        mode(directory, "rwxrwxr-x");
        assertThat(rules()).isZero();
    }

    @Test
    void aPolicyOfSomebodyElsesIsNoneUntilItIsOurs() throws IOException {
        Needed.that((int) Files.getAttribute(file, "unix:uid") == 0, "root, who gives files away");
        Files.setAttribute(file, "unix:uid", 12_345);
        assertThat(rules()).isZero();
        Files.setAttribute(file, "unix:uid", 0);
        assertThat(rules()).isOne();
    }

    @Test
    void aLinkIsNoPolicy() throws IOException {
        var elsewhere = directory.resolve("elsewhere.json");
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);
        assertThat(rules()).isZero();
    }

    @Test
    void theLastGoodOneStaysInForceWhateverIsWrongLater() throws IOException {
        assertThat(rules()).isOne();
        Files.writeString(file, "{\"rules\":[]}");
        mode(file, "rw-rw-rw-");
        assertThat(rules()).isOne();
        mode(file, "rw-r--r--");
        assertThat(rules()).isZero();
    }

    @Test
    void oneUnknownWordAndTheLastGoodOneStaysInForce() throws IOException {
        assertThat(rules()).isOne();
        Files.writeString(file, "{\"rules\":[],\"rule\":[]}");
        assertThat(rules()).isOne();
        Files.writeString(file, ONE_RULE.replace("\"allow\"", "\"permit\""));
        assertThat(rules()).isOne();
    }

    /** It was meant to keep something from being done. */
    @Test
    void aRuleThatDeniesWhatIsNotThereIsATypingError() throws IOException {
        assertThat(rules()).isOne();
        deny("node.rebot");
        assertThat(policy.policy().rules().getFirst().allow()).isTrue();
        policy = open();
        assertThat(rules()).isZero();
        for (var known : List.of("node.reboot", "trust.lock", "trust.status", "rebot.*")) {
            deny(known);
            assertThat(policy.policy().rules()).as(known).hasSize(1);
        }
    }

    @Test
    void aRuleThatAllowsItAllowsNothing() throws IOException {
        Files.writeString(file, ONE_RULE.replace("node.ping", "node.pong"));
        assertThat(rules()).isOne();
    }

    @Test
    void whatWasDroppedInIsKnownAtTheStartAndWhenItComes() throws IOException {
        assertThat(rules()).isOne();
        deny("backup.run");
        assertThat(policy.policy().rules().getFirst().allow()).isTrue();
        drop("backup.run");
        assertThat(policy.policy().rules().getFirst().allow()).isFalse();
        policy = open();
        assertThat(policy.policy().rules().getFirst().allow()).isFalse();
    }

    /** Perhaps it is the very one. */
    @Test
    void whereSomethingThatWasDroppedInCannotBeUsedTheFileIsStillTaken() throws IOException {
        deny("backup.run");
        Files.writeString(dropped.resolve("backup.run.json"), "{");
        mode(dropped.resolve("backup.run.json"), "rw-r--r--");
        assertThat(policy.policy().rules()).hasSize(1);
    }

    @Test
    void withoutAFileNothingIsAllowedUntilThereIsOne() throws IOException {
        Files.delete(file);
        assertThat(rules()).isZero();
        Files.writeString(file, ONE_RULE);
        mode(file, "rw-r--r--");
        assertThat(rules()).isOne();
    }
}
