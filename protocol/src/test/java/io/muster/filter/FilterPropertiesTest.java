package io.muster.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** What holds for every filter and every node. */
class FilterPropertiesTest {
    private static final List<String> OPTIONS = List.of("-F", "-C", "-A", "-I", "-W", "-S");

    @Provide
    Arbitrary<Value> values() {
        var simple =
                Arbitraries.oneOf(
                        Arbitraries.strings().ofMaxLength(8).map(Value::of),
                        Arbitraries.of("x", "y", "1", "01", "true", "/x/").map(Value::of),
                        Arbitraries.longs().map(Value::of),
                        Arbitraries.integers().between(-2, 2).map(i -> Value.of(i)),
                        Arbitraries.of(true, false).map(Value::of),
                        Arbitraries.bigDecimals().map(Decimal::new),
                        Arbitraries.integers()
                                .map(scale -> new Decimal(BigDecimal.valueOf(7, scale))),
                        Arbitraries.just((Value) new Nothing()));
        return Arbitraries.recursive(
                () -> simple.map(value -> value),
                inner ->
                        Arbitraries.oneOf(
                                inner.list().ofMaxSize(3).map(items -> new Items(items)),
                                Arbitraries.maps(names(), inner).ofMaxSize(3).map(Fields::new)),
                0,
                2);
    }

    private static Arbitrary<String> names() {
        return Arbitraries.of("a", "b", "a.b", "b.a", "c", "0");
    }

    @Provide
    Arbitrary<Subject> nodes() {
        return Arbitraries.maps(names(), values())
                .ofMaxSize(6)
                .map(all -> Filters.node(new Fields(all)));
    }

    @Provide
    Arbitrary<String> terms() {
        var facts =
                Combinators.combine(
                                Arbitraries.of("a", "b", "a.b", "a.0", "c.a.b", "'a'", "none"),
                                Arbitraries.of(
                                        "=", "==", "!=", "<", "<=", ">", ">=", "=>", "=<", "=~"),
                                Arbitraries.of("x", "1", "-1.5", "true", "'x y'", "''", "z.*"))
                        .as((fact, operator, value) -> fact + operator + value)
                        .filter(text -> !text.endsWith("=~''"));
        var regexes = Arbitraries.of("a=/x|1/", "b!=/^.$/", "/^role/", "/z/");
        return Arbitraries.oneOf(facts, regexes, Arbitraries.of("apache", "mysql", "'role::web'"));
    }

    @Provide
    Arbitrary<String> expressions() {
        return Arbitraries.recursive(
                this::terms,
                inner ->
                        Arbitraries.oneOf(
                                inner.map(e -> "not (" + e + ")"),
                                inner.map(e -> "!(" + e + ")"),
                                Combinators.combine(inner, inner)
                                        .as((a, b) -> "(" + a + ") and (" + b + ")"),
                                Combinators.combine(inner, inner).as((a, b) -> a + " or " + b),
                                inner.map(e -> "( " + e + " )")),
                0,
                4);
    }

    /** Texts full of what the parser takes for special. */
    @Provide
    Arbitrary<String> noise() {
        var pieces =
                Arbitraries.of(
                        "a",
                        "b.c",
                        "and",
                        "or",
                        "not",
                        "!",
                        "(",
                        ")",
                        " ",
                        "=",
                        "==",
                        "!=",
                        "=~",
                        "<",
                        ">",
                        "'",
                        "\"",
                        "/",
                        "\\",
                        "f('x').y",
                        "/x/",
                        "[",
                        "*",
                        "{9}",
                        "\u00e4",
                        "\ud83d\ude00",
                        "\ud83d",
                        "\t",
                        "\u0000",
                        "1",
                        ",",
                        ".",
                        "fact('",
                        "').value");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(24).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(40));
    }

    @Property(tries = 2000)
    void theParserAcceptsOrPointsIntoTheText(@ForAll("noise") String text) {
        for (var option : OPTIONS) {
            parsed(option, text)
                    .ifPresent(filter -> assertThat(Filter.of(filter.toValue())).isEqualTo(filter));
        }
    }

    private static Optional<Filter> parsed(String option, String text) {
        try {
            return Optional.of(Filters.of(option, text));
        } catch (FilterException e) {
            assertThat(e.column()).isBetween(1, text.codePointCount(0, text.length()) + 1);
            assertThat(e.pointer().lines()).hasSize(2);
            assertThat(e.toString().chars()).noneMatch(Character::isISOControl);
            return Optional.empty();
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void whatTheParserAcceptsIsDecidedForEveryNode(
            @ForAll("noise") String text, @ForAll("nodes") Subject node) {
        for (var option : OPTIONS) {
            parsed(option, text)
                    .ifPresent(
                            filter -> {
                                var matches = filter.matches(node);
                                assertThat(Filter.of(filter.toValue()).matches(node))
                                        .isEqualTo(matches);
                                assertThat(filter.describe()).isNotEmpty();
                            });
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void expressionsTravelWithoutChangeOfMeaning(
            @ForAll("expressions") String text, @ForAll("nodes") Subject node) {
        var filter = Filters.expressions(text);

        var read = Filter.of(filter.toValue());
        assertThat(read).isEqualTo(filter);
        assertThat(read.describe()).isEqualTo(filter.describe());
        assertThat(read.matches(node)).isEqualTo(filter.matches(node));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void notAndOrObeyDeMorgan(
            @ForAll("expressions") String a,
            @ForAll("expressions") String b,
            @ForAll("nodes") Subject node) {
        assertThat(matches("not ((%s) and (%s))".formatted(a, b), node))
                .isEqualTo(matches("not (%s) or not (%s)".formatted(a, b), node));
        assertThat(matches("!((%s) or (%s))".formatted(a, b), node))
                .isEqualTo(matches("!(%s) and !(%s)".formatted(a, b), node));
        assertThat(matches("not not (%s)".formatted(a), node)).isEqualTo(matches(a, node));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void joinedTermsMeanWhatTheirPartsMean(
            @ForAll("terms") String a, @ForAll("terms") String b, @ForAll("nodes") Subject node) {
        boolean left = matches(a, node);
        boolean right = matches(b, node);

        assertThat(matches(a + " and " + b, node)).isEqualTo(left && right);
        assertThat(matches(a + " or " + b, node)).isEqualTo(left || right);
        assertThat(matches("not " + a, node)).isEqualTo(!left);
        assertThat(Filters.mixed(a + " " + b).matches(node)).isEqualTo(left && right);
        assertThat(Filters.expressions(a, b).matches(node)).isEqualTo(left && right);
    }

    private static boolean matches(String expression, Subject node) {
        return Filters.expressions(expression).matches(node);
    }
}
