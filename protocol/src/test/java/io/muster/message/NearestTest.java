package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.util.List;

class NearestTest {
    private static final List<String> KNOWN = List.of("announce-every", "broker", "id", "delay");

    @Test
    void slipsOfTheFingerAreSeenThrough() {
        assertThat(Nearest.to("dealy", KNOWN)).contains("delay");
        assertThat(Nearest.to("dellay", KNOWN)).contains("delay");
        assertThat(Nearest.to("dlay", KNOWN)).contains("delay");
        assertThat(Nearest.to("Broker", KNOWN)).contains("broker");
        assertThat(Nearest.to("announce-evry", KNOWN)).contains("announce-every");
        assertThat(Nearest.hint("iid", KNOWN)).isEqualTo("; did you mean id?");
    }

    @Test
    void otherWordsAreNot() {
        assertThat(Nearest.to("colour", KNOWN)).isEmpty();
        assertThat(Nearest.to("", KNOWN)).isEmpty();
        assertThat(Nearest.to("-T", List.of("-t", "-h"))).isEmpty();
        assertThat(Nearest.to("di", KNOWN)).isEmpty();
        assertThat(Nearest.to("x", List.of())).isEmpty();
        assertThat(Nearest.to("x".repeat(100_000), KNOWN)).isEmpty();
        assertThat(Nearest.hint("colour", KNOWN)).isEmpty();
    }

    @Property(tries = 200)
    void aKnownWordIsNearestToItself(@ForAll("known") String word) {
        assertThat(Nearest.to(word, KNOWN)).contains(word);
    }

    @Provide
    Arbitrary<String> known() {
        return Arbitraries.of(KNOWN).filter(word -> word.length() > 2);
    }
}
