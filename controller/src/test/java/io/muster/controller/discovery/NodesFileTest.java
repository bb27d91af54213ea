package io.muster.controller.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.MalformedException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
    void foldedNamesAsMusterPrintsThem() {
        assertThat(NodesFile.read("f", "web[01-02,07].example\nmail\n"))
                .containsExactly("web01.example", "web02.example", "web07.example", "mail");
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
        for (var kind : List.of("renamed", "inventory", "explain", "cancel")) {
            var line = "{\"kind\":\"" + kind + "\",\"id\":\"n-1\",\"name\":\"a\"}\n";
            assertThat(NodesFile.read("f", line)).containsExactly("n-1");
            assertThat(NodesFile.read("f", line + line.replace("n-1", "n-2")))
                    .containsExactly("n-1", "n-2");
        }
        assertThat(NodesFile.read("f", "{\"kind\":\"summary\",\"targets\":0}")).isEmpty();
    }

    @Test
    void whoIsFarOutAndWhoIsWaitedForAreNodes() {
        var numbers =
                "{\"kind\":\"numbers\",\"count\":9,\"max\":90,"
                        + "\"farOut\":[{\"node\":\"web17\",\"value\":90}]}";
        assertThat(NodesFile.read("f", numbers)).containsExactly("web17");
        var queued = "{\"kind\":\"queued\",\"request\":\"0a\",\"node\":\"n-1\"}";
        assertThat(NodesFile.read("f", queued)).containsExactly("n-1");
        assertThat(NodesFile.read("f", "[" + queued + "]")).containsExactly("n-1");
    }

    @Test
    void whatAFollowedRunPrintedIsTakenAsWell() {
        var lines =
                "{\"kind\":\"discovered\",\"id\":\"n-1\",\"name\":\"a\"}\n"
                        + "{\"kind\":\"output\",\"id\":\"n-1\",\"offset\":0,\"line\":\"x\"}\n"
                        + "{\"kind\":\"progress\",\"id\":\"n-1\",\"done\":1,\"of\":2}\n"
                        + "{\"kind\":\"reply\",\"id\":\"n-1\",\"state\":\"ok\"}\n";
        assertThat(NodesFile.read("f", lines)).containsExactly("n-1");
    }

    @Test
    void nothingIsNobody() {
        assertThat(NodesFile.read("f", "\n# nobody\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web01 web02",
                "web[01-",
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

    @Test
    void linesOfAHostsFileAndOfPuppetsListsNameANodeEach() {
        var hosts =
                "127.0.0.1 localhost\n::1 localhost ip6-localhost\nff02::1 ip6-allnodes\n"
                        + "10.0.0.1\tweb01.example web01 # first\nfe80::17 web02\n"
                        + "2001:db8::2 web03.example\n";
        assertThat(NodesFile.read("f", hosts)).containsExactly("web01.example", "web03.example");
        var old =
                "+ \"web01\" (SHA256) AA:BB\n"
                        + "  web02 (SHA256) 1A:22\n"
                        + "- \"gone\" (SHA256) A (revoked)\n";
        assertThat(NodesFile.read("f", old)).containsExactly("web01", "web02");
        var lists =
                "Requested Certificates:\n"
                        + "    new (SHA256)  AA:01\n"
                        + "Signed Certificates:\n"
                        + "    web01       (SHA256)  AA:02   alt names: [\"DNS:x\"]\n"
                        + "Revoked Certificates:\n"
                        + "    gone (SHA256)  AA:03\n";
        assertThat(NodesFile.read("f", lists)).containsExactly("new", "web01");
    }

    @Test
    void listsAsOtherProgramsPrintThem() {
        assertThat(NodesFile.read("f", "[{\"certname\":\"a\"},\n{\"sender\":\"b\"},\"c\",\"a\"]"))
                .containsExactly("a", "b", "c");
        assertThat(NodesFile.read("f", "{\"replies\":[{\"sender\":\"a\",\"statuscode\":0}]}"))
                .containsExactly("a");
    }

    private static final String RUN =
            "{\"kind\":\"discovered\",\"id\":\"n-1\"}\n"
                + "{\"kind\":\"discovered\",\"id\":\"n-2\"}\n"
                + "{\"kind\":\"discovered\",\"id\":\"n-3\"}\n"
                + "{\"kind\":\"reply\",\"id\":\"n-1\",\"state\":\"ok\"}\n"
                + "{\"kind\":\"reply\",\"id\":\"n-2\",\"state\":\"failed\"}\n"
                + "{\"kind\":\"summary\",\"silent\":[{\"id\":\"n-3\",\"state\":\"no-reply\"}]}\n";

    @Test
    void theSilentOnesOfACallAreNodesOfIt() {
        var ping =
                RUN.lines()
                        .filter(l -> !l.contains("discovered"))
                        .collect(Collectors.joining("\n"));
        assertThat(NodesFile.read("f", ping)).containsExactly("n-1", "n-2", "n-3");
    }

    @Test
    void thoseInAStateAreChosen() {
        assertThat(NodesFile.read("f", RUN, Set.of("failed", "no-reply")))
                .containsExactly("n-2", "n-3");
        assertThat(NodesFile.read("f", RUN, Set.of("refused"))).isEmpty();
        var document =
                "{\"nodes\":[{\"id\":\"n-1\",\"state\":\"ok\"},{\"id\":\"n-2\",\"state\":\"failed\"}]}";
        assertThat(NodesFile.read("f", document, Set.of("failed"))).containsExactly("n-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web01\n", "{\"kind\":\"discovered\",\"id\":\"n-1\"}", "[\"a\"]"})
    void whatHasNoStatesCannotBeChosenFromByState(String text) {
        assertThatThrownBy(() -> NodesFile.read("list.txt", text, Set.of("failed")))
                .hasMessageContaining("list.txt: says of no node how it ended");
    }

    @Property(tries = 300)
    void anyTextIsAListOfNamesOrRefused(@ForAll String text) {
        for (var begin : List.of("", "{", "[", "10.0.0.1 ", "{\"id\":\"n-1\"}\n")) {
            try {
                assertThat(NodesFile.read("f", begin + text))
                        .allMatch(name -> name.matches("[A-Za-z0-9][A-Za-z0-9._-]*"));
            } catch (MalformedException e) {
                assertThat(e.problem()).startsWith("f: ");
            }
        }
    }
}
