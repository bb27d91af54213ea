package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Value.Fields;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;

/** That regular expressions can neither be compiled nor matched for long. */
class RegexTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(((((a{9}){9}){9}){9}){9}){9}",
                "(a{900}(?i)){900}",
                "(a{900})(?i){900}",
                "(a{900})\\Q\\E{900}",
                "(a{900}[)][(]b){900}",
                "(a{900}[])(]){900}",
                "(a{900}[[:alpha:])]){900}",
                "(a{900}\\)){900}",
                "(a{900}\\Q)\\E){900}",
                "(a{900}[\\])]){900}",
                "([?-[:x:]{900}]){900}",
                "([\\pL-[:alpha:](]a{900}[)]){900}",
                "(a{0,900}){0,900}",
                "(a{900,}){900,}",
                "[[:^alpha:]]{2000}"
            })
    @Timeout(20)
    void aRegularExpressionThatExplodesIsRefusedBeforeItIsCompiled(String pattern) {
        assertThatThrownBy(() -> Filters.facts("a=/" + pattern + "/"))
                .isInstanceOf(FilterException.class);
    }

    /** For these the compiler of RE2/J would never come back. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)\u1c80",
                "(?i)[a-\u1d00]",
                "(?i)[\u00e9-\ud83d\ude00]",
                "(?i)\\x{1C80}",
                "(?i)[^\\x{0400}-\\x{2000}]",
                "a(?s-i:b)\u1c85",
                "(?i:a|\\Q\u1c88\\E)"
            })
    @Timeout(20)
    void ignoringTheCaseOfRareLettersIsRefused(String pattern) {
        assertThatThrownBy(() -> Filters.facts("a=/" + pattern + "/"))
                .isInstanceOf(FilterException.class)
                .hasMessageContaining("(?i) goes with letters up to U+052F");
    }

    @Test
    @Timeout(60)
    void ignoringTheCaseOfLatinGreekAndCyrillicLettersEnds() {
        for (int letter = 1; letter <= CaseFolding.LAST_SAFE; letter++) {
            if (Character.isLetter(letter)) {
                var it = Character.toString(letter);
                assertThat(find("(?i)^" + it, it)).isTrue();
            }
        }
        assertThat(find("(?i)[\u0001-\u052f]+$", "ſTRASSE")).isTrue();
        assertThat(find("(?i)[^k\\pL[:alpha:]]", "K")).isFalse();
        assertThat(find("(?i)k", "\u1c80")).isFalse();
    }

    private static boolean find(String pattern, String in) {
        return Regex.compile(new Cursor("-F", "x"), 0, pattern).find(in);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                "^\\d{1,3}(\\.\\d{1,3}){3}$",
                "^(web|db|mail)[0-9]{2}\\.(eu|us)\\.example\\.(com|net)$",
                "a{1000}",
                "(?i)^[[:alpha:]]{1,63}(\\.[[:alnum:]-]{1,63}){1,8}$"
            })
    void sensibleRegularExpressionsAreAccepted(String pattern) {
        assertThat(Filters.facts("a=/" + pattern + "/").everything()).isFalse();
    }

    @Test
    void oneKibibyteOfRegularExpressionIsTheMost() {
        var alternatives = String.join("|", Collections.nCopies(128, "web0001"));
        assertThat(alternatives).hasSize(1023);

        assertThat(Filters.identities("/" + alternatives + "/").everything()).isFalse();
        assertThatThrownBy(() -> Filters.identities("/" + alternatives + "||/"))
                .hasMessageContaining("1025 characters, and 1024 are the most");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(a+)+$", "(.*a){20}b", "(a|a)*b", "(a*)*b", "(.*)*(.*)*(.*)*b", "(x+x+)+y"})
    @Timeout(30)
    void classicalExplosionsMatchInLinearTime(String pattern) {
        var node = Filters.node(Fields.EMPTY.with("v", "a".repeat(20_000)));

        assertThat(Filters.facts("v=/" + pattern + "/").verdict(node, DataFunctions.NONE))
                .isNotNull();
    }

    @Property(tries = 3000)
    void noProgramIsBiggerThanItsEstimate(
            @ForAll @Size(max = 16) List<@From("patternPieces") String> pieces) {
        var pattern = String.join("", pieces);
        try {
            var regex = Regex.compile(new Cursor("-F", "x"), 0, pattern);
            assertThat(RegexSize.of(pattern) + 3).isGreaterThanOrEqualTo(regex.cost(""));
        } catch (FilterException e) {
            assertThat(e.column()).isPositive();
        }
    }

    @Provide
    Arbitrary<String> patternPieces() {
        return Arbitraries.of(
                "a",
                "b",
                "(",
                ")",
                "(?:",
                "(?i)",
                "(?i:",
                "(?P<n>",
                "[",
                "]",
                "[^",
                "[]",
                "-[:x:]",
                "\\w-",
                "\\pL-",
                "\ud83d\ude00-",
                "{03}",
                "[:alpha:]",
                "[[:alpha:]]",
                "\\]",
                "\\",
                "\\d",
                "\\pL",
                "\\p{Greek}",
                "\\x{2014}",
                "\\x41",
                "\\Q",
                "\\E",
                "\\(",
                "\\)",
                "{3}",
                "{2,4}",
                "{2,}",
                "{0,3}",
                "{0}",
                "{1}",
                "{",
                "}",
                ",",
                "*",
                "+",
                "?",
                "*?",
                "|",
                "^",
                "$",
                ".",
                "-",
                "\\b",
                "\u00e9",
                "\ud83d\ude00");
    }
}
