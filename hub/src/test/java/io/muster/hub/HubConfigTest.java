package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.config.ConfigException;
import io.muster.config.Settings;
import io.muster.hub.queue.QueueTerms;
import io.muster.message.Collective;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

class HubConfigTest {
    private static final Path DOCUMENT = Path.of("../docs/hub-settings.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (?:`([^`]+)`)?[^|]*\\|");

    private static HubConfig of(String text) {
        return HubConfig.of(Settings.parse("hub.conf", text));
    }

    @Test
    void withoutSettingsEverythingIsAsUsual() {
        var config = of("");
        assertThat(config.listen()).hasToString("0.0.0.0:61617");
        assertThat(config.enrol()).hasToString("0.0.0.0:61618");
        assertThat(config.ca()).isEqualTo(Path.of("/var/lib/muster/ca"));
        assertThat(config.state()).isEqualTo(Path.of("/var/lib/muster/hub"));
        assertThat(config.broker()).isEmpty();
        assertThat(config.documents()).containsExactly(Path.of("/var/lib/muster/hub/documents"));
        assertThat(config.maxNodes()).isEqualTo(20_000);
    }

    @Test
    void theDocumentedDefaultsAreTheDefaultsAndNoKeyIsMissing() throws IOException {
        var rows = ROW.matcher(Files.readString(DOCUMENT)).results().toList();
        var written =
                rows.stream()
                        .filter(row -> row.group(2) != null)
                        .map(row -> row.group(1) + " = " + row.group(2))
                        .collect(Collectors.joining("\n"));
        var alone = written.replaceAll("(?m)^redis-prefix.*", "");
        assertThat(of(alone)).isEqualTo(of(""));
        assertThat(of(written + "\nredis = localhost")).isEqualTo(of("redis = localhost"));
        assertThat(rows.stream().map(row -> row.group(1))).hasSize(23).contains("broker");
    }

    @Test
    void everySettingIsTaken() {
        var config =
                of(
                        """
                        ca = /srv/ca
                        state = /srv/hub
                        listen = [::1]:7000
                        enrol = 10.0.0.5:0
                        broker = ssl://bus.example.org:61617
                        documents = /srv/documents
                        collectives = main, dr
                        max-nodes = 50
                        join-limit = 2m
                        reboot-limit = 20m
                        forget-after = 1d
                        down-after = 5
                        queue-spread = 0s
                        queue-share = 50
                        queue-operators = operator/alice
                        lost-after = 5s
                        """);
        assertThat(config.listen()).hasToString("[::1]:7000");
        assertThat(config.enrol()).hasToString("10.0.0.5:0");
        assertThat(config.broker().orElseThrow()).hasToString("bus.example.org:61617");
        assertThat(config.documents())
                .containsExactly(Path.of("/srv/hub/documents"), Path.of("/srv/documents"));
        assertThat(config.collectives()).containsExactly(Collective.MAIN, new Collective("dr"));
        assertThat(config.queue())
                .isEqualTo(new QueueTerms(Duration.ZERO, 50, List.of("operator/alice")));
        assertThat(config.times().reboot()).isEqualTo(Duration.ofMinutes(20));
        assertThat(config.times().forget()).isEqualTo(Duration.ofDays(1));
        assertThat(config.times().down()).isEqualTo(5);
        assertThat(config.lost()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aTimeoutOfLessThanThreeIntervalsIsRefused() {
        for (var few : new String[] {"2", "1", "0", "-3", "90s", "1001"}) {
            assertThatThrownBy(() -> of("down-after = " + few))
                    .as(few)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("hub.conf:1: down-after = " + few)
                    .hasMessageContaining("from 3 to 1000: each node says how often");
        }
        assertThat(of("down-after = 3").times().down()).isEqualTo(3);
    }

    @Test
    void aConnectionIsGivenUpInAFewSecondsAtTheSoonestAndAsItsOtherEndDoesAtTheLatest() {
        for (var wrong : List.of("1s", "16s", "0s", "soon")) {
            assertThatThrownBy(() -> of("lost-after = " + wrong))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("hub.conf:1: lost-after = " + wrong);
        }
    }

    @Test
    void aRedisOnAnotherMachineNeedsAnAuthorityThatVouchesForIt() {
        var here = of("redis = localhost\nredis-password = /etc/muster/redis").redis();
        assertThat(here.orElseThrow().server()).hasToString("localhost:6379");
        assertThat(of("redis = 127.0.0.1:7000").redis()).isPresent();
        assertThatThrownBy(() -> of("redis = db1.example.org:6379"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hub.conf:1: redis = db1.example.org:6379")
                .hasMessageContaining("would travel in clear: name with redis-ca");
        var there =
                of("""
                redis = db1.example.org:6380
                redis-ca = /etc/ssl/redis.pem
                redis-user = muster
                redis-password = /etc/muster/redis
                redis-prefix = fleets
                """)
                        .redis()
                        .orElseThrow();
        assertThat(there.prefix()).isEqualTo("fleets");
        assertThat(there.user()).contains("muster");
        assertThat(there.authorities()).contains(Path.of("/etc/ssl/redis.pem"));
        assertThatThrownBy(() -> of("redis = localhost\nredis-prefix = a b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("redis-prefix = a b");
        assertThatThrownBy(() -> of("redis-ca = /etc/ssl/redis.pem"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("redis-ca means nothing without redis = HOST:PORT");
        assertThatThrownBy(() -> of("redis = localhost\nredis-user = muster"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a user of Redis needs a password: redis-password");
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThatThrownBy(
                        () -> of("listen = 61617\nbroker = tcp://bus\nmax-nodes = many\nport = 1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hub.conf:1: listen = 61617")
                .hasMessageContaining("hub.conf:2: broker = tcp://bus")
                .hasMessageContaining("hub.conf:3: max-nodes = many")
                .hasMessageContaining("hub.conf:4: no setting port");
    }

    @Test
    void theCommandLineWins() {
        var config =
                of("state = /srv/hub\nca = /srv/ca")
                        .with(
                                Optional.of(Path.of("/tmp/ca")),
                                Optional.empty(),
                                Optional.of(ListenAddress.parse("127.0.0.1:1")),
                                Optional.empty(),
                                Optional.empty());
        assertThat(config.ca()).isEqualTo(Path.of("/tmp/ca"));
        assertThat(config.state()).isEqualTo(Path.of("/srv/hub"));
        assertThat(config.listen()).hasToString("127.0.0.1:1");
    }
}
