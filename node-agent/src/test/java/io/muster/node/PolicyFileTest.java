package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.policy.Situation;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class PolicyFileTest {
    private static final String ONE_RULE =
            """
            {"rules":[{"effect":"allow","callers":["operator/alice"],"actions":["node.ping"]}]}
            """;

    @TempDir private Path directory;
    private Path file;
    private PolicyFile policy;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("policy.json");
        Files.writeString(file, ONE_RULE);
        mode(file, "rw-r--r--");
        policy = new PolicyFile(file, () -> Situation.UNKNOWN, System.getLogger("test"));
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
        assumeTrue((int) Files.getAttribute(file, "unix:uid") == 0, "only root gives files away");
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

    @Test
    void withoutAFileNothingIsAllowedUntilThereIsOne() throws IOException {
        Files.delete(file);
        assertThat(rules()).isZero();
        Files.writeString(file, ONE_RULE);
        mode(file, "rw-r--r--");
        assertThat(rules()).isOne();
    }
}
