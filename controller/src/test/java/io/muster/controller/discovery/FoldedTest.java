package io.muster.controller.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.controller.render.Fold;
import io.muster.message.MalformedException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

class FoldedTest {

    @Test
    void rangesAndSingleNumbersAsWideAsTheyBegin() {
        assertThat(Folded.names("web[08-10,3].example"))
                .containsExactly("web08.example", "web09.example", "web10.example", "web3.example");
        assertThat(Folded.names("mail01")).containsExactly("mail01");
    }

    @Property(tries = 200)
    void whatIsFoldedUnfolds(
            @ForAll @Size(min = 1, max = 40) Set<@IntRange(max = 1200) Integer> numbers) {
        for (var format : List.of("web%d.example", "w%03d")) {
            var names =
                    numbers.stream()
                            .map(number -> String.format(Locale.ROOT, format, number))
                            .collect(Collectors.toSet());
            assertThat(Fold.fold(names).stream().flatMap(word -> Folded.names(word).stream()))
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "w[",
                "w]1[",
                "w[]",
                "w[a]",
                "w[1-]",
                "w[1,,2]",
                "w[2-1]",
                "a[1]b[2]",
                "w[1-9999999999]",
                "w[0-100000]",
                "w[0-99999,0-99999]"
            })
    void whatStandsForNoNamesIsRefused(String word) {
        assertThatThrownBy(() -> Folded.names(word))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("'" + word + "': ");
    }
}
