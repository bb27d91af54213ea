package io.muster.node.fact;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Json;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;

class FactTreeTest {
    private final ArrayList<String> problems = new ArrayList<>();

    private String merged(String... documents) {
        var tree = new FactTree();
        for (int i = 0; i < documents.length; i++) {
            tree.merge(Json.readLocal(documents[i]), "source " + i, problems);
        }
        return Json.text(tree.fields());
    }

    @Test
    void mapsAreMergedAndLaterValuesWin() {
        assertThat(merged("{\"os\":{\"a\":1,\"b\":2}}", "{\"os\":{\"b\":3,\"c\":4}}"))
                .isEqualTo("{\"os\":{\"a\":1,\"b\":3,\"c\":4}}");
        assertThat(problems).isEmpty();
    }

    @Test
    void oneValueNeverReplacesAMapNorTheOtherWayRound() {
        assertThat(
                        merged(
                                "{\"os\":{\"family\":\"Debian\"},\"k\":1}",
                                "{\"os\":\"mine\",\"k\":{\"x\":1}}"))
                .isEqualTo("{\"k\":1,\"os\":{\"family\":\"Debian\"}}");
        assertThat(problems)
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).startsWith("source 1: "));
    }

    @Test
    void namesAreInOrderAndEmptyMapsAreLeftOut() {
        assertThat(merged("{\"b\":1,\"a\":{},\"c\":[2,1]}")).isEqualTo("{\"b\":1,\"c\":[2,1]}");
    }
}
