package io.muster.controller.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.MalformedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class NodesFileTest {

    @Test
    void aNameALineWithComments() {
        var text =
                "# last night\n"
                        + "web01.example\n\n"
                        + "  web02 # the second\n"
                        + "web01.example\n"
                        + "n-0123456789ab";
        assertThat(NodesFile.read("f", text))
                .containsExactly("web01.example", "web02", "n-0123456789ab");
    }

    @Test
    void aReportAsADocumentOrALineForEachNode() {
        var document = "{\"nodes\":[{\"id\":\"n-1\",\"name\":\"a\"},{\"name\":\"b\"},\"c\"]}";
        assertThat(NodesFile.read("f", document)).containsExactly("n-1", "b", "c");
        var lines =
                "{\"kind\":\"discovered\",\"id\":\"n-1\"}\n"
                        + "{\"kind\":\"reply\",\"id\":\"n-2\"}\n"
                        + "{\"kind\":\"progress\",\"done\":1}\n\n"
                        + "{\"kind\":\"summary\",\"targets\":2}\n";
        assertThat(NodesFile.read("f", lines)).containsExactly("n-1", "n-2");
        assertThat(NodesFile.read("f", "{\"kind\":\"reply\",\"id\":\"n-2\"}\n"))
                .containsExactly("n-2");
    }

    @Test
    void theSpreadOfAFactIsEverybodyInIt() {
        var document =
                "{\"fact\":\"role\",\"values\":[{\"count\":2,\"nodes\":[\"a\",\"b\"],\"value\":\"web\"},"
                    + "{\"count\":1,\"nodes\":[\"c\"]}],\"summary\":{}}";
        assertThat(NodesFile.read("f", document)).containsExactly("a", "b", "c");
        var lines =
                "{\"kind\":\"value\",\"count\":2,\"nodes\":[\"a\",\"b\"],\"value\":\"web\"}\n"
                        + "{\"kind\":\"summary\",\"targets\":2}\n";
        assertThat(NodesFile.read("f", lines)).containsExactly("a", "b");
        assertThat(NodesFile.read("f", lines.lines().findFirst().orElseThrow()))
                .containsExactly("a", "b");
    }

    @Test
    void whateverIsAboutOneNodeNamesIt() {
        for (var kind : List.of("renamed", "inventory")) {
            var line = "{\"kind\":\"" + kind + "\",\"id\":\"n-1\",\"name\":\"a\"}\n";
            assertThat(NodesFile.read("f", line)).containsExactly("n-1");
            assertThat(NodesFile.read("f", line + line.replace("n-1", "n-2")))
                    .containsExactly("n-1", "n-2");
        }
        assertThat(NodesFile.read("f", "{\"kind\":\"summary\",\"targets\":0}")).isEmpty();
    }

    @Test
    void nothingIsNobody() {
        assertThat(NodesFile.read("f", "\n# nobody\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web01 web02",
                "web[01-02]",
                "-rf",
                "a/../b",
                "\u001b[31m",
                "{\"nodes\":7}",
                "{\"nodes\":[7]}",
                "{\"nodes\":[{}]}",
                "{\"id\":",
                "{\"id\":\"n-1\"}\nweb01",
                "{\"kind\":\"check\",\"check\":\"hub\"}",
                "{\"kind\":\"action\",\"name\":\"node.ping\"}\n{\"id\":\"n-1\"}",
                "{\"fact\":\"role\",\"values\":[7]}"
            })
    void whatIsNoListOfNodesIsRefusedWithItsPlace(String text) {
        assertThatThrownBy(() -> NodesFile.read("list.txt", text))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("list.txt");
    }
}
