package io.muster.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.InputSpec.Kind;
import io.muster.message.ActionName;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A spec that makes no sense cannot be built. */
class SpecTest {

    private static ActionSpec spec(Duration timeout, InputSpec... inputs) {
        return new ActionSpec(
                new ActionName("disk.clean"),
                "Clean",
                ActionClass.CHANGE,
                true,
                true,
                timeout,
                List.of(inputs),
                List.of());
    }

    private static InputSpec input(boolean required, Optional<String> fallback, boolean secret) {
        return new InputSpec("most", "how many", new Kind.Whole(1, 9), required, fallback, secret);
    }

    @Test
    void namesAreWords() {
        for (var name : List.of("", "A", "1a", "a-b", "a b", "a\n", "x".repeat(33))) {
            assertThatThrownBy(() -> InputSpec.optional(name, "s", new Kind.Truth()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a name is");
            assertThatThrownBy(() -> new ActionSpec.OutputSpec(name, "s"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void summariesAreOneLine() {
        for (var summary : List.of("", " ", "a\nb", "a\u001bb", "x".repeat(201))) {
            assertThatThrownBy(() -> InputSpec.optional("a", summary, new Kind.Truth()))
                    .hasMessageContaining("input a: a summary is");
        }
    }

    @Test
    void requiredInputsSecretsAndListsHaveNoFallback() {
        var one = Optional.of("1");
        assertThatThrownBy(() -> input(true, one, false)).hasMessageContaining("no fallback");
        assertThatThrownBy(() -> input(false, one, true)).hasMessageContaining("no fallback");
        assertThatThrownBy(
                        () ->
                                InputSpec.optional(
                                        "a", "s", new Kind.Texts(Kind.Text.upTo(9), 9), "x"))
                .hasMessageContaining("no fallback");
        assertThat(input(true, Optional.empty(), true).fallbackValue()).isEmpty();
    }

    @Test
    void fallbackIsItselfValid() {
        assertThatThrownBy(() -> input(false, Optional.of("10"), false))
                .hasMessage("input most: fallback '10' is not a whole number from 1 to 9");
        assertThatThrownBy(() -> input(false, Optional.of("many"), false))
                .hasMessage("input most: fallback 'many' is not a whole number from 1 to 9");
        var span = new Kind.Span(Duration.ZERO, Duration.ofHours(1));
        assertThatThrownBy(() -> InputSpec.optional("a", "s", span, "2h"))
                .hasMessage("input a: fallback '2h' is not a span from 0s to 1h");
    }

    @Test
    void boundsLeaveSomethingValid() {
        assertThatThrownBy(() -> new Kind.Whole(2, 1)).hasMessage("no number is from 2 to 1");
        assertThatThrownBy(() -> new Kind.Span(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Kind.Span(Duration.ofSeconds(-2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Kind.Choice(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Kind.Choice(List.of("a", "a")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Kind.Choice(List.of("a", "b\n")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Kind.Text.upTo(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Kind.Texts(Kind.Text.upTo(1), 1001))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void patternsAreLinearTimeOnes() {
        assertThatThrownBy(() -> Kind.Text.matching(9, "("))
                .hasMessageStartingWith("not a pattern: '('");
        assertThatThrownBy(() -> Kind.Text.matching(9, "(?=a)"))
                .hasMessageStartingWith("not a pattern: '(?=a)'");
    }

    @Test
    void timeoutsAreMoreThanNothingAndAtMostADay() {
        assertThatThrownBy(() -> spec(Duration.ZERO)).hasMessageContaining("at most 1d");
        assertThatThrownBy(() -> spec(Duration.ofHours(25))).hasMessageContaining("at most 1d");
        assertThat(spec(Duration.ofDays(1)).timeout()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void noNameIsThereTwice() {
        var input = input(true, Optional.empty(), false);
        assertThatThrownBy(() -> spec(Duration.ofSeconds(1), input, input))
                .hasMessage("action disk.clean: two inputs most");
    }
}
