package io.muster.node.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Json;
import io.muster.message.Value;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;

class ExcerptTest {

    @Test
    void shortTextStaysAsItIs() {
        assertThat(Excerpt.beginning("abc", 3).text()).isEqualTo("abc");
        assertThat(Excerpt.end("abc", 3).text()).isEqualTo("abc");
    }

    @Test
    void longTextIsCutAndSaysSo() {
        assertThat(Excerpt.beginning("abcd", 3).text()).isEqualTo("abc\n[... cut here ...]\n");
        assertThat(Excerpt.end("abcd", 3).text()).isEqualTo("[... cut here ...]\nbcd");
    }

    @Test
    void pairsOfSurrogatesAreNotTornApart() {
        assertThat(Excerpt.beginning("\uD83D\uDE00", 3).text()).isEqualTo("\n[... cut here ...]\n");
        assertThat(Excerpt.end("\uD83D\uDE00", 3).text()).isEqualTo("[... cut here ...]\n");
    }

    @Property
    void asJsonItIsNeverMuchLongerThanAsked(
            @ForAll @StringLength(max = 400) String text,
            @ForAll @IntRange(min = 1, max = 300) int max) {
        var note = 24;

        assertThat(size(Excerpt.beginning(text, max).text())).isLessThanOrEqualTo(max + note);
        assertThat(size(Excerpt.end(text, max).text())).isLessThanOrEqualTo(max + note);
    }

    private static int size(String text) {
        return Json.write(Value.of(text)).length() - 2;
    }
}
