package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;

/** What is too much, and that nothing takes long. */
class FilterLimitsTest {

    @Test
    void sixtyFourTermsAreTheMostInOneText() {
        var most = String.join(" and ", Collections.nCopies(64, "a=1"));

        assertThat(Filters.expressions(most).matches(Filters.node("{\"a\": 1}"))).isTrue();
        assertThatThrownBy(() -> Filters.expressions(most + " or b"))
                .hasMessageContaining("column 512: one term too many, and 64 in all are the most");
    }

    @Test
    void sixtyFourTermsAreTheMostOverAllTexts() {
        var facts = Collections.nCopies(60, "a=1");

        Filter.of(
                new Filter(
                                facts,
                                List.of("c"),
                                List.of("puppet"),
                                List.of("web1"),
                                List.of("d"),
                                List.of())
                        .toValue());
        assertThatThrownBy(
                        () ->
                                new Filter(
                                        facts,
                                        List.of("c"),
                                        List.of("puppet"),
                                        List.of("web1"),
                                        List.of("d"),
                                        List.of("e")))
                .hasMessage(
                        "bad filter -S 'e': column 1: one term too many, and 64 in all are the"
                                + " most");
    }

    @Test
    void thirtyTwoLevelsAreTheDeepest() {
        var node = Filters.node("{\"a\": 1}");

        assertThat(Filters.expressions("(".repeat(32) + "a=1" + ")".repeat(32)).matches(node))
                .isTrue();
        assertThat(Filters.expressions("!".repeat(32) + "a=1").matches(node)).isTrue();
        assertThatThrownBy(() -> Filters.expressions("(".repeat(33) + "a=1" + ")".repeat(33)))
                .hasMessageContaining("column 33: nested deeper than 32 levels");
        assertThatThrownBy(() -> Filters.expressions("not ".repeat(33) + "a=1"))
                .hasMessageContaining("column 129: nested deeper than 32 levels");
    }

    @Test
    void hugeNestingIsRefusedWithoutOverflow() {
        assertThatThrownBy(() -> Filters.expressions("(".repeat(8000)))
                .isInstanceOf(FilterException.class);
        assertThatThrownBy(() -> Filters.expressions("!".repeat(8000)))
                .isInstanceOf(FilterException.class);
    }

    @Test
    void eightKibibytesAreTheMostOverAllTexts() {
        var text = "a='" + "x".repeat(4092) + "'";
        assertThat(text).hasSize(4096);

        assertThat(Filters.facts(text, text).everything()).isFalse();
        assertThatThrownBy(() -> Filters.facts(text, text, "b=c"))
                .hasMessageContaining("bad filter -F 'b=c'")
                .hasMessageContaining("longer than 8192 bytes");
        assertThatThrownBy(() -> Filters.facts("a='" + "ä".repeat(4096) + "'"))
                .hasMessageContaining("longer than 8192 bytes");
    }

    @Test
    void namesOfFactsAreLimited() {
        assertThatThrownBy(() -> Filters.facts("a.".repeat(32) + "a=1"))
                .hasMessageContaining("column 1")
                .hasMessageContaining("32 parts");
        assertThatThrownBy(() -> Filters.facts("a".repeat(513) + "=1"))
                .hasMessageContaining("512 characters");
    }

    @Test
    @Timeout(20)
    void tooMuchWorkIsUndecidedAndThatIsNoMatchWhateverIsNegated() {
        var value = Value.of("a".repeat(60_000));
        var facts = Fields.EMPTY.with("v", new Items(Collections.nCopies(1000, value)));
        var pattern = "v=/(a?){200}b/";
        var node = Filters.node(facts);

        for (var text : List.of(pattern, "not " + pattern, "v!=/(a?){200}b/ or not a=1")) {
            var filter = Filters.expressions(text);
            assertThat(filter.matches(node)).isFalse();
            assertThat(filter.verdict(node, DataFunctions.NONE))
                    .isEqualTo(
                            new Verdict.Undecided(
                                    "-S",
                                    text,
                                    "its regular expressions take too long on these facts"));
        }
    }

    @Test
    @Timeout(30)
    void numbersOfAstronomicalSizeAreNotWrittenOut() {
        var huge = new Value.Decimal(new BigDecimal("1e1000000000"));
        var node = Filters.node(Fields.EMPTY.with("v", huge));

        assertThat(Filters.facts("v>1").matches(node)).isTrue();
        assertThat(Filters.facts("v=/E/").matches(node)).isTrue();
        assertThat(Filters.facts("v=" + "9".repeat(64)).matches(node)).isFalse();
        var long65 = "1".repeat(65);
        assertThat(Filters.facts("v=" + long65).matches(Filters.node("{\"v\":\"" + long65 + "\"}")))
                .isTrue();
    }

    @Test
    void listsNestedBeyondReasonMatchNothing() {
        Value nested = Value.of("x");
        for (int i = 0; i < 100_000; i++) {
            nested = new Items(List.of(nested));
        }

        var node = Filters.node(Fields.EMPTY.with("v", nested));
        assertThat(Filters.facts("v=x").matches(node)).isFalse();
    }

    /** So nothing is parsed or compiled again for each node. */
    @Test
    @Timeout(60)
    void matchingANodeCostsAFractionOfParsing() {
        var node =
                Filters.node(
                        """
                        {"os": {"family": "Debian", "name": "Debian"}, "role": "web",
                         "kernel": "6.1.0", "location": "uk", "cpus": 4}
                        """);
        var filter = tenTerms();
        long parsing = 0;
        long matching = 0;
        for (int round = 0; round < 1_000; round++) {
            long start = System.nanoTime();
            assertThat(filter).isEqualTo(tenTerms());
            long parsed = System.nanoTime();
            assertThat(filter.matches(node)).isTrue();
            parsing += parsed - start;
            matching += System.nanoTime() - parsed;
        }
        assertThat(matching).isLessThan(parsing / 2);
    }

    private static Filter tenTerms() {
        return new Filter(
                List.of("os.family=Debian", "cpus>=4", "role!=mail", "kernel=/^6\\./"),
                List.of("apache"),
                List.of("puppet"),
                List.of("/^web/"),
                List.of("apache location=uk"),
                List.of("not os.name=Ubuntu or cpus<2"));
    }
}
