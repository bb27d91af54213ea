package io.muster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.NodeId;
import io.muster.message.Spans;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class SettingsTest {

    private static Settings settings(String text) {
        return Settings.parse("agent.conf", text);
    }

    @Test
    void valuesAreReadWithTheirTypes() {
        var settings =
                settings(
                        """
                        # the centre
                        broker = ssl://hub.example:61617?a=b#c

                          announce-every=90s
                        collectives = main ,  night,
                        classes =
                        """);

        var broker = settings.required("broker", URI::create);
        assertThat(settings.get("announce-every", Duration.ZERO, Spans::parse))
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.list("collectives", List.of(), text -> text))
                .containsExactly("main", "night", "");
        assertThat(settings.list("classes", List.of("x"), text -> text)).isEmpty();
        settings.check();
        assertThat(broker.get()).hasToString("ssl://hub.example:61617?a=b#c");
    }

    @Test
    void whatIsNotThereHasItsDefault() {
        var settings = settings("");

        assertThat(settings.get("a", 7, Integer::parseInt)).isEqualTo(7);
        assertThat(settings.optional("b", Integer::parseInt)).isEqualTo(Optional.empty());
        assertThat(settings.list("c", List.of(1, 2), Integer::parseInt)).containsExactly(1, 2);
        settings.check();
    }

    @Test
    void everyProblemIsReportedAtOnceWithItsLine() {
        var settings =
                settings(
                        """
                        announce-evry = 1m
                        port = 70x
                        what is this
                        Bad_Key = 1
                        port = 2
                        id =
                        span = 5 minutes
                        ids = n1, N2
                        zzz = 1
                        """);
        var broker = settings.required("broker", URI::create);
        settings.get("announce-every", Duration.ZERO, Spans::parse);
        settings.get("port", 1, Integer::parseInt);
        settings.optional("id", NodeId::new);
        settings.get("span", Duration.ZERO, Spans::parse);
        settings.list("ids", List.of(), NodeId::new);

        assertThatThrownBy(settings::check)
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        """
                        agent.conf:1: no setting announce-evry; did you mean announce-every?
                        agent.conf:2: port = 70x: For input string: "70x"
                        agent.conf:3: not key = value: 'what is this'
                        agent.conf:4: not a key: 'Bad_Key'
                        agent.conf:5: port again; first on line 2
                        agent.conf:6: id has no value; leave the line out to have the default
                        agent.conf:7: span = 5 minutes: not a length of time such as 1500ms, 90s,\
                         5m, 2h or 7d: '5 minutes'
                        agent.conf:8: ids = N2: not a node id: 'N2'
                        agent.conf:9: no setting zzz
                        agent.conf: broker is missing\
                        """);
        assertThatThrownBy(broker::get).hasMessage("broker is asked for before the check");
    }

    @Test
    void hostileTextIsShownHarmless() {
        var settings = settings("name = a\u001b[2Jb");
        settings.optional("name", NodeId::new);

        assertThatThrownBy(settings::check).hasMessageContaining("a\\u{1b}[2Jb");
    }

    @Test
    void fileIsNamedWhenItCannotBeRead(@TempDir Path directory) throws IOException {
        var file = directory.resolve("hub.conf");

        assertThatThrownBy(() -> Settings.read(file)).hasMessage(file + ": there is no such file");
        Settings.readIfThere(file).check();
        assertThatThrownBy(() -> Settings.read(directory)).hasMessageStartingWith(directory + ": ");
        Files.write(file, new byte[] {'a', '=', (byte) 0xff});
        assertThatThrownBy(() -> Settings.read(file)).hasMessage(file + ": not UTF-8");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> Settings.read(file)).hasMessage(file + ": larger than 1 MiB");
        Files.writeString(file, "port = x");
        var settings = Settings.read(file);
        settings.optional("port", Integer::parseInt);
        assertThatThrownBy(settings::check).hasMessageStartingWith(file + ":1: port = x: ");
    }

    @Property(tries = 300)
    void anyTextIsReadOrRefused(@ForAll String text) {
        var settings = settings(text);
        try {
            settings.check();
            assertThat(text.lines().map(String::strip))
                    .allMatch(line -> line.isEmpty() || line.startsWith("#"));
        } catch (ConfigException e) {
            assertThat(e).hasMessageStartingWith("agent.conf:");
        }
    }
}
