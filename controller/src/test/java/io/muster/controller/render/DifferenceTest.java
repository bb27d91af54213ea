package io.muster.controller.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.render.Difference.Line;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class DifferenceTest {

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.of("a", "b", "c", "").list().ofMaxSize(12);
    }

    private static List<String> without(char sign, List<Line> lines) {
        return lines.stream().filter(line -> line.sign() != sign).map(Line::text).toList();
    }

    @Property(tries = 500)
    void takingOutAndPuttingInMakesTheOther(
            @ForAll @From("lines") List<String> before, @ForAll @From("lines") List<String> after) {
        var whole = Difference.whole(before, after);
        assertThat(without('+', whole)).isEqualTo(before);
        assertThat(without('-', whole)).isEqualTo(after);
    }

    @Test
    void onlyWhatIsNearADifferenceIsShown() {
        var before = IntStream.range(0, 20).mapToObj(Integer::toString).toList();
        var after = IntStream.range(0, 20).mapToObj(i -> i == 10 ? "ten" : "" + i).toList();
        assertThat(Difference.near(before, after).stream().map(Line::toString))
                .containsExactly(" ...", " 8", " 9", "-10", "+ten", " 11", " 12", " ...");
        assertThat(Difference.near(before, before)).isEmpty();
    }

    @Test
    void veryMuchIsReplacedAsAWhole() {
        var before = IntStream.range(0, 5_000).mapToObj(i -> "a" + i).toList();
        var after = IntStream.range(0, 5_000).mapToObj(i -> "b" + i).toList();
        var whole = Difference.whole(before, after);
        assertThat(without('+', whole)).isEqualTo(before);
        assertThat(without('-', whole)).isEqualTo(after);
    }
}
