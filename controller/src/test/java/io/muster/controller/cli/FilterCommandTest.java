package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class FilterCommandTest {
    @TempDir private Path home;

    private final Village village = new Village();

    @AfterEach
    void close() {
        village.close();
    }

    private CommandContext ready() throws IOException {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"));
        return CommandContext.ready(village, home);
    }

    @Test
    void aFilterIsSaidInWords() throws IOException {
        var ran = ready().run("filter", "-S", "role=web and not site=west");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("role").contains("not").contains("west");
        var yaml =
                ready().typed("role: web\nsite: east\n")
                        .run("filter", "-S", "role=web and not site=west", "--facts", "-");
        assertThat(yaml.code()).isZero();
        var bad = ready().run("filter", "-S", "role=web and (");
        assertThat(bad.code()).isEqualTo(2);
        var named = ready().run("filter", "-I", "/^web/", "--identity", "db01.example");
        assertThat(named.code()).isEqualTo(3);
        var classes = ready().typed("apache\n").run("filter", "-C", "apache", "--classes", "-");
        assertThat(classes.code()).isZero();
        var actions =
                ready().run("filter", "-A", "node.reboot", "--actions", "node.ping,node.reboot");
        assertThat(actions.code()).isZero();
        var facts = ready().typed("{\"a\":1").run("filter", "-F", "a=1", "--facts", "-");
        assertThat(facts.code()).isEqualTo(2);
        assertThat(facts.err()).contains("--facts -: ");
    }

    @Test
    void aFileThatIsNotThereIsSaidInWordsAndNothingElse() throws IOException {
        var ran = ready().run("filter", "-F", "a=1", "--facts", "gone.json");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith("muster filter: --facts gone.json: cannot be read: no " + home)
                .doesNotContain("Exception");
    }

    @Test
    void aNodeWithoutANameIsCalledNothing() throws IOException {
        for (var wanted : List.of("nobody", "/./", "0".repeat(63))) {
            var ran = ready().typed("a: 1\n").run("filter", "-I", wanted, "--facts", "-");
            assertThat(ran.code()).as(wanted).isEqualTo(3);
            assertThat(ran.out())
                    .endsWith(
                            "no: -I asks for a name, and such a node has none:"
                                    + " --identity NAME gives it one\n");
        }
        var named = ready().typed("fqdn: web01.example\n");
        assertThat(named.run("filter", "-I", "web01", "--facts", "-").code()).isZero();
        assertThat(named.run("filter", "-I", "nobody", "--facts", "-").code()).isEqualTo(3);
        assertThat(named.run("filter", "-I", "/^n/", "--identity", "web_1").code()).isEqualTo(3);
    }
}
