package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

class HostsFileTest {
    private static final HostName MAIL = new HostName("mail01.example.com");

    @Test
    void ownLineTakesTheNewName() {
        var text = "127.0.0.1\tlocalhost\n127.0.1.1\told.example.com old\n::1 ip6-localhost\n";

        assertThat(HostsFile.rename(text, MAIL, "old"))
                .isEqualTo(
                        "127.0.0.1\tlocalhost\n127.0.1.1\tmail01.example.com mail01\n"
                                + "::1 ip6-localhost\n");
    }

    @Test
    void missingOwnLineIsPutBehindLocalhost() {
        var text = "# mine\n127.0.0.1 localhost\n10.0.0.7 db\n";

        assertThat(HostsFile.rename(text, MAIL, "old"))
                .isEqualTo(
                        "# mine\n127.0.0.1 localhost\n127.0.1.1\tmail01.example.com mail01\n"
                                + "10.0.0.7 db\n");
    }

    @Test
    void emptyFileGetsTheLine() {
        assertThat(HostsFile.rename("", MAIL, "old"))
                .isEqualTo("127.0.1.1\tmail01.example.com mail01\n");
    }

    @Test
    void furtherNamesAndCommentsStayAndFormerNamesGo() {
        var text = "127.0.1.1 old.example.com old puppet # by hand\n127.0.1.1 old\n";

        assertThat(HostsFile.rename(text, MAIL, "old"))
                .isEqualTo("127.0.1.1\tmail01.example.com mail01 puppet # by hand\n");
    }

    @Test
    void nameWithoutDomainStandsOnce() {
        assertThat(HostsFile.rename("", new HostName("mail01"), "old"))
                .isEqualTo("127.0.1.1\tmail01\n");
    }

    @Test
    void nameIsQualifiedByTheLineThatHoldsIt() {
        var text = "10.0.0.7 db.example.com db\n127.0.1.1 mail01.example.com mail01\n";

        assertThat(HostsFile.qualified(text, "mail01")).contains("mail01.example.com");
        assertThat(HostsFile.qualified(text, "web")).isEmpty();
        assertThat(HostsFile.ownName(text)).contains("mail01.example.com");
    }

    @Property
    void renamingAgainChangesNothing(@ForAll("hosts") String text) {
        var once = HostsFile.rename(text, MAIL, "old");

        assertThat(HostsFile.rename(once, MAIL, "mail01")).isEqualTo(once);
        assertThat(HostsFile.rename(once, MAIL, "old")).isEqualTo(once);
    }

    @Property
    void otherLinesStayAsTheyAre(@ForAll("hosts") String text) {
        var others = text.lines().filter(line -> !own(line)).toList();

        assertThat(HostsFile.rename(text, MAIL, "old").lines().filter(line -> !own(line)))
                .containsExactlyElementsOf(others);
    }

    @Provide
    Arbitrary<String> hosts() {
        var line =
                Arbitraries.of(
                        "127.0.0.1 localhost",
                        "127.0.1.1 old.example.com old",
                        "  127.0.1.1\told # x",
                        "127.0.1.1",
                        "127.0.1.11 near",
                        "# 127.0.1.1 no",
                        "",
                        "10.1.1.1 mail01",
                        "::1 localhost");
        return line.list()
                .ofMaxSize(8)
                .flatMap(
                        lines ->
                                Arbitraries.of("\n", "")
                                        .map(end -> String.join("\n", lines) + end));
    }

    private static boolean own(String line) {
        return line.strip().matches("127\\.0\\.1\\.1([ \t].*)?");
    }
}
