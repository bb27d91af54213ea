package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Value.Fields;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.util.Arrays;

/** What holds for comparisons of every number and every text. */
class ComparisonPropertiesTest {

    @Property(tries = 300)
    void aNumberHasExactlyOneOrder(@ForAll long a, @ForAll long b) {
        var node = Filters.node(Fields.EMPTY.with("v", a));

        assertThat(Filters.facts("v<" + b).matches(node)).isEqualTo(a < b);
        assertThat(Filters.facts("v<=" + b).matches(node)).isEqualTo(a <= b);
        assertThat(Filters.facts("v=" + b).matches(node)).isEqualTo(a == b);
        assertThat(Filters.facts("v!=" + b).matches(node)).isEqualTo(a != b);
        assertThat(Filters.facts("v>=" + b).matches(node)).isEqualTo(a >= b);
        assertThat(Filters.facts("v>" + b).matches(node)).isEqualTo(a > b);
    }

    @Property(tries = 300)
    void textsAreOrderedByCodePoint(@ForAll String a, @ForAll String b) {
        var left = sound("t" + a);
        var right = sound("t" + b).replace("'", "");
        var node = Filters.node(Fields.EMPTY.with("v", left));
        int sign = Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());

        assertThat(Filters.facts("v<'" + right + "'").matches(node)).isEqualTo(sign < 0);
        assertThat(Filters.facts("v='" + right + "'").matches(node)).isEqualTo(sign == 0);
        assertThat(Filters.facts("v>'" + right + "'").matches(node)).isEqualTo(sign > 0);
    }

    private static String sound(String text) {
        var sound = new StringBuilder();
        text.codePoints()
                .filter(c -> (c < 0xd800 || c > 0xdfff) && c != '\\')
                .limit(400)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }
}
