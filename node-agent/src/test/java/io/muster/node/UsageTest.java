package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.policy.Policy;
import io.muster.policy.Rule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class UsageTest {
    private static final Rule RULE =
            Policy.parse(
                            """
                            {"rules":[{"effect":"allow","callers":["operator/*"],
                              "actions":["node.ping"],"perHour":3}]}
                            """)
                    .rules()
                    .getFirst();

    @TempDir private Path directory;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");

    private Path file() {
        return directory.resolve("usage.json");
    }

    private Usage open() {
        return new Usage(file(), () -> now, System.getLogger("test"));
    }

    private void refused(Usage usage, String caller, String why) {
        assertThatThrownBy(() -> usage.count(RULE, caller, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void anHourIsForgottenAndNothingBefore() throws IOException {
        var usage = open();
        usage.count(RULE, "operator/alice", true);
        now = now.plus(Duration.ofMinutes(59));
        usage.count(RULE, "operator/alice", true);
        assertThat(open().lastHour(RULE, "operator/alice")).isEqualTo(2);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(open().lastHour(RULE, "operator/alice")).isOne();
        assertThat(open().lastHour(RULE, "operator/bob")).isZero();
    }

    @Test
    void aFileThatCannotBeReadLetsNobodyInUntilItCanOrIsMovedAway() throws IOException {
        open().count(RULE, "operator/alice", true);
        var good = Files.readString(file());
        for (var bad : List.of("", "{", "{\"a\":1}", "{\"a\":[\"b\"]}", "[]")) {
            Files.writeString(file(), bad);
            var usage = open();
            refused(usage, "operator/alice", "usage.json cannot be read");
            assertThat(file()).hasContent(bad);
            Files.writeString(file(), good);
            assertThat(usage.lastHour(RULE, "operator/alice")).isOne();
            usage.count(RULE, "operator/alice", false);
        }
        Files.delete(file());
        Files.createDirectory(file());
        var usage = open();
        refused(usage, "operator/alice", "usage.json cannot be read");
        Files.delete(file());
        usage.count(RULE, "operator/alice", true);
        assertThat(usage.lastHour(RULE, "operator/alice")).isOne();
    }

    @Test
    void howeverManyThereAreNobodyIsForgottenWithinTheHour() throws IOException {
        var usage = open();
        for (int i = 0; i < Usage.MOST; i++) {
            usage.count(RULE, "operator/o" + i, false);
        }
        refused(usage, "operator/another", "others within the hour");
        assertThat(usage.lastHour(RULE, "operator/o0")).isOne();
        usage.count(RULE, "operator/o0", false);
        assertThat(usage.lastHour(RULE, "operator/o0")).isEqualTo(2);
        now = now.plus(Duration.ofHours(1));
        usage.count(RULE, "operator/another", false);
        assertThat(usage.lastHour(RULE, "operator/another")).isOne();
    }
}
