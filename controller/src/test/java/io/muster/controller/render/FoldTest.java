package io.muster.controller.render;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

class FoldTest {
    private static final Pattern FOLDED = Pattern.compile("([^\\[]*)\\[([0-9,-]+)](.*)");

    /** What a reader makes of folded names. */
    private static List<String> unfold(List<String> folded) {
        var names = new ArrayList<String>();
        for (var word : folded) {
            var parts = FOLDED.matcher(word);
            if (!parts.matches()) {
                names.add(word);
                continue;
            }
            for (var range : parts.group(2).split(",", -1)) {
                var ends = range.split("-", -1);
                var width = ends[0].startsWith("0") && ends[0].length() > 1 ? ends[0].length() : 0;
                IntStream.rangeClosed(
                                Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                        .mapToObj(i -> "0".repeat(Math.max(0, width - ("" + i).length())) + i)
                        .forEach(i -> names.add(parts.group(1) + i + parts.group(3)));
            }
        }
        return names;
    }

    @Provide
    Arbitrary<String> name() {
        var stem = Arbitraries.of("web", "db-", "ip-10-0-", "", "a1b");
        var number =
                Arbitraries.oneOf(
                        Arbitraries.integers().between(0, 130).map(i -> "" + i),
                        Arbitraries.integers().between(0, 130).map("%02d"::formatted),
                        Arbitraries.integers().between(0, 1100).map("%03d"::formatted),
                        Arbitraries.of("", "4294967296", "999999999", "000000001"));
        var domain = Arbitraries.of("", ".example", ".dc2.example", "-x");
        return net.jqwik.api.Combinators.combine(stem, number, domain)
                .as((s, n, d) -> s + n + d)
                .filter(name -> !name.isEmpty());
    }

    @Property
    void whatIsFoldedCanBeUnfolded(
            @ForAll @Size(max = 300) List<@net.jqwik.api.From("name") String> names) {
        assertThat(unfold(Fold.fold(names)))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(names));
    }

    @Test
    void aRangeWithItsGapsIsOneWord() {
        var names = List.of("web03.example", "web01.example", "web02.example", "web07.example");
        assertThat(Fold.fold(names)).containsExactly("web[01-03,07].example");
    }

    @Test
    void tenFollowsNine() {
        assertThat(Fold.fold(List.of("web09", "web10", "web11"))).containsExactly("web[09-11]");
        assertThat(Fold.fold(List.of("web9", "web10", "web11"))).containsExactly("web[9-11]");
    }

    @Test
    void whatHasNoCompanyStaysAsItIs() {
        assertThat(Fold.fold(List.of("mail", "web1", "db7.example")))
                .containsExactly("db7.example", "mail", "web1");
    }

    @Test
    void cloudNamesFoldAtTheirLastNumber() {
        assertThat(Fold.fold(List.of("ip-10-0-3-17.ec2.internal", "ip-10-0-3-18.ec2.internal")))
                .containsExactly("ip-10-0-3-[17-18].ec2.internal");
    }

    @Test
    void aHundredThousandNamesFoldAtOnce() {
        var names = IntStream.range(0, 100_000).mapToObj(i -> "web" + i + ".example").toList();
        var start = System.nanoTime();
        assertThat(Fold.fold(names)).containsExactly("web[0-99999].example");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
}
