package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.config.ConfigException;
import io.muster.node.audit.AuditLimits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

class AgentConfigTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

    @TempDir private Path directory;

    private AgentConfig read(List<String> lines) throws IOException {
        var file = directory.resolve("agent.conf");
        Files.write(file, lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return AgentConfig.read(file);
    }

    @Test
    void everySettingThatIsDocumentedIsOneAndEveryOneIsDocumented() throws IOException {
        var documented =
                ROW.matcher(Files.readString(Path.of("../docs/agent-settings.md")))
                        .results()
                        .map(row -> row.group(1))
                        .toList();
        assertThat(documented).hasSizeGreaterThan(13);
        assertThatThrownBy(() -> read(documented.stream().map(key -> key + " =").toList()))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("no setting");
        var source = Path.of("src/main/java/io/muster/node/AgentConfig.java");
        assertThat(
                        Pattern.compile("settings\\s*\\.(get|list|optional)\\(\\s*\"([a-z-]+)\"")
                                .matcher(Files.readString(source))
                                .results()
                                .map(call -> call.group(2)))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void withoutAFileEverythingHasItsDefault() {
        var config = AgentConfig.read(directory.resolve("none.conf"));
        assertThat(config.announcing()).isEqualTo(Announcing.every(Duration.ofMinutes(1)));
        assertThat(config.limits()).isEqualTo(NodeLimits.DEFAULT);
        assertThat(config.userGroups()).isEmpty();
    }

    @Test
    void limitsAreTakenAtTheirEnds() throws IOException {
        var config =
                read(
                        List.of(
                                "state = " + directory,
                                "running = 1",
                                "requests-per-minute = 1000000",
                                "audit-size = 1",
                                "clock = challenge",
                                "audit-age = 1h",
                                "audit-files = 1",
                                "announce-every = 1s",
                                "user-groups = sudo, docker"));
        assertThat(config.limits().running()).isOne();
        assertThat(config.limits().requestsPerMinute()).isEqualTo(1_000_000);
        assertThat(config.challenge()).isTrue();
        assertThat(config.limits().audit())
                .isEqualTo(new AuditLimits(1 << 20, Duration.ofHours(1), 1));
        assertThat(config.announcing()).isEqualTo(Announcing.every(Duration.ofSeconds(1)));
        assertThat(config.userGroups()).containsExactly("sudo", "docker");
    }

    @Test
    void theSpreadAfterALossIsASixthOfTheIntervalOrWhatIsSet() throws IOException {
        var set = read(List.of("announce-every = 1m", "announce-spread = 0s", "echo-after = 5m"));
        assertThat(set.announcing())
                .isEqualTo(new Announcing(Duration.ofMinutes(1), Duration.ZERO));
        assertThat(set.echo()).isEqualTo(Duration.ofMinutes(5));
        for (var bad : List.of("announce-spread = 61s", "echo-after = 0s", "echo-after = 2h")) {
            assertThatThrownBy(() -> read(List.of(bad)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(bad.substring(0, bad.indexOf(' ')));
        }
    }
}
