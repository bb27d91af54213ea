package io.muster.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.config.ConfigException;
import io.muster.config.Settings;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

class ControllerConfigTest {
    private static final Path DOCUMENT = Path.of("../docs/controller-settings.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (?:`([^`]+)`)?[^|]*\\|");

    private static ControllerConfig read(String text) {
        return ControllerConfig.of(Settings.parse("c.conf", text), Path.of("/etc/x"));
    }

    @Test
    void theDocumentedDefaultsAreTheDefaultsAndNoKeyIsMissing() throws IOException {
        var rows = ROW.matcher(Files.readString(DOCUMENT)).results().toList();
        var written =
                rows.stream()
                        .filter(row -> row.group(2) != null)
                        .map(row -> row.group(1) + " = " + row.group(2))
                        .collect(Collectors.joining("\n"));
        assertThat(read(written)).isEqualTo(read(""));
        var keys = rows.stream().map(row -> row.group(1)).toList();
        assertThat(keys).hasSize(16).contains("fleet", "credentials", "timeout");
    }

    @Test
    void relativeCredentialsStartAtTheFile() {
        assertThat(read("credentials = dr").credentials()).isEqualTo(Path.of("/etc/x/dr"));
        assertThat(read("credentials = /keys").credentials()).isEqualTo(Path.of("/keys"));
    }

    @Test
    void everyKeyIsRead() {
        var config =
                read(
                        "hub = a.example, b.example:7000\n"
                                + "fleet = x\n"
                                + "collective = dr\n"
                                + "discovery = broadcast\n"
                                + "hub-timeout = 3s\n"
                                + "discovery-timeout = 4s\n"
                                + "discovery-window = 5s\n"
                                + "ttl = 6s\n"
                                + "heads = h\n"
                                + "runs = r\n"
                                + "keep-runs = 2d\n"
                                + "timeout = 7s\n"
                                + "reply-margin = 8s\n"
                                + "connect-timeout = 9s\n");
        assertThat(config.hub()).hasToString("[a.example:61617, b.example:7000]");
        assertThat(config.fleet()).contains("x");
        assertThat(config.collective()).hasToString("dr");
        assertThat(config.heads()).isEqualTo(Path.of("/etc/x/h"));
        assertThat(config.runs()).isEqualTo(Path.of("/etc/x/r"));
        assertThat(config.keepRuns()).isEqualTo(Duration.ofDays(2));
        assertThat(config.method()).isEqualTo(ControllerConfig.Method.BROADCAST);
        assertThat(config.patience().hub()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.patience().limit()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.patience().window()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.ttl()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.timeout()).contains(Duration.ofSeconds(7));
        assertThat(config.margin()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.connectLimit()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> read("ttl = 0s\ndiscovery = magic\nhub = ssl://x?y=z"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("c.conf:1:")
                .hasMessageContaining("c.conf:2:")
                .hasMessageContaining("c.conf:3:");
    }
}
