package io.muster.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Json;
import io.muster.message.MalformedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlFactsTest {
    private static String json(String yaml) {
        return Json.text(YamlFacts.read(yaml));
    }

    @Test
    void whatFacterPrintsIsRead() {
        var yaml =
                """
                ---
                # facter --yaml
                architecture: amd64
                kernelmajversion: "6.1"
                is_virtual: true
                nothing:
                load_averages:
                  15m: 0.04
                  1m: 1
                os:
                  family: Debian
                  release:
                    full: "12.5"
                    major: '12'
                mountpoints:
                  "/":
                    device: "/dev/sda1"   # root
                    options:
                    - rw
                    - relatime
                disks:
                - name: sda
                  size: 10
                - name: sdb
                path: "/usr/bin:/bin"
                note: it's a 'quoted' # hash
                empty: []
                dhcp: fe80::1
                """;
        assertThat(json(yaml))
                .isEqualTo(
                        "{\"architecture\":\"amd64\",\"kernelmajversion\":\"6.1\",\"is_virtual\":true,"
                            + "\"nothing\":null,\"load_averages\":{\"15m\":0.04,\"1m\":1},"
                            + "\"os\":{\"family\":\"Debian\",\"release\":{\"full\":\"12.5\","
                            + "\"major\":\"12\"}},\"mountpoints\":{\"/\":{\"device\":"
                            + "\"/dev/sda1\",\"options\":[\"rw\",\"relatime\"]}},\"disks\":["
                            + "{\"name\":\"sda\",\"size\":10},{\"name\":\"sdb\"}],\"path\":\"/usr/bin:/bin\",\"note\":\"it's"
                            + " a 'quoted'\",\"empty\":[],\"dhcp\":\"fe80::1\"}");
    }

    @Test
    void aTagMakesNoObject() {
        assertThat(json("a: !!java.net.URL [\"http://example.org\"]"))
                .isEqualTo("{\"a\":[\"http://example.org\"]}");
    }

    @Test
    void nothingIsNoFacts() {
        assertThat(json("---\n# nothing\n")).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "just words|line 1",
                "a: 1\\na: 2|line 2",
                "a:\\n    b: 1\\n  c: 2|line 3",
                "a: \"open|line 1",
                "\\ta: 1|line 1",
                "- a|not a mapping",
                "a: b: c|line 1",
                "a: [1|line 1"
            })
    void whatIsNoMappingOfFactsIsRefusedWithItsLine(String yaml, String problem) {
        assertThatThrownBy(() -> YamlFacts.read(yaml.replace("\\n", "\n").replace("\\t", "\t")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(problem);
    }
}
