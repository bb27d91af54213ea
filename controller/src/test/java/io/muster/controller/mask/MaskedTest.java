package io.muster.controller.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

class MaskedTest {
    private static final Self WEB01 = Self.of("n-0123456789ab", "web01.example");

    /** The text with the kind of each variable in its place. */
    private static String masked(String text) {
        return Masked.of(Outcome.ok(text), WEB01)
                .fill((_, own) -> own.saying("<" + own.kind().name().charAt(0) + ">"))
                .message();
    }

    @Provide
    Arbitrary<String> text() {
        var piece =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                "web01",
                                "web01.example",
                                "n-0123456789ab",
                                "12",
                                "-7",
                                "3.5",
                                "99%",
                                "12ms",
                                "1d2h",
                                "4.2MiB",
                                "2026-11-20T12:00:00Z",
                                "12:00:01",
                                "fe80::1",
                                "10.0.0.1",
                                "52:54:00:12:34:56",
                                "da39a3ee5e6b4b0d",
                                "0x1f",
                                "1,234",
                                "550e8400-e29b-41d4-a716-446655440000",
                                "took",
                                "=",
                                " ",
                                "  ",
                                "\t",
                                "\n",
                                ".",
                                ":",
                                "-",
                                "_",
                                "%",
                                "sda1",
                                "\u0000",
                                "\u0000A",
                                "é"),
                        Arbitraries.strings().ofMaxLength(4));
        return piece.list().ofMaxSize(12).map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<Value> value() {
        var leaf =
                Arbitraries.oneOf(
                        text().map(Value::of),
                        Arbitraries.longs().map(Value::of),
                        Arbitraries.bigDecimals().map(Decimal::new),
                        Arbitraries.of(Value.of(true), Value.of(false), new Value.Nothing()));
        Arbitrary<Value> items = leaf.list().ofMaxSize(3).map(Items::new);
        return Arbitraries.oneOf(leaf, items, fields(leaf).map(f -> f));
    }

    private Arbitrary<Fields> fields(Arbitrary<? extends Value> value) {
        return Arbitraries.maps(text(), value.map(v -> (Value) v)).ofMaxSize(3).map(Fields::new);
    }

    @Provide
    Arbitrary<Outcome> outcome() {
        return Combinators.combine(text(), fields(value()), Arbitraries.of(0, 1, 2, 3))
                .as(
                        (message, data, kind) ->
                                switch (kind) {
                                    case 0 -> new Outcome.Ok(message, data);
                                    case 1 -> new Outcome.Changed(message, data);
                                    case 2 -> new Outcome.Failed("code", message, data);
                                    default -> new Outcome.Refused(Reason.POLICY, message);
                                });
    }

    @Property(tries = 500)
    void anAnswerWithItsOwnVariablesIsTheAnswer(@ForAll @From("outcome") Outcome outcome) {
        assertThat(Masked.of(outcome, WEB01).fill((_, own) -> own)).isEqualTo(outcome);
    }

    /** Nothing is lost: either becomes the other. */
    @Property(tries = 500)
    void answersThatSayTheSameDifferInTheirVariablesAlone(
            @ForAll @From("outcome") Outcome one, @ForAll long seed) {
        var masked = Masked.of(one, WEB01);
        var other =
                masked.fill(
                        (i, own) ->
                                own.kind() == Variable.Kind.NUMBER
                                        ? own.saying(Long.toString((seed + i) & 0xffff))
                                        : own);
        var also = Masked.of(other, WEB01);
        if (also.said().equals(masked.said())) {
            var theirs = also.variables();
            assertThat(masked.fill((i, _) -> theirs.get(i))).isEqualTo(other);
            assertThat(theirs).hasSameSizeAs(masked.variables());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "took 12 ms|took <N> ms",
                "took 12.5ms, 1d2h3m|took <D>, <D>",
                "at -5 of 1,234|at <N> of <N>",
                "disk 93% of 4.2GiB|disk <P> of <S>",
                "pid=4711 [4711]:|pid=<N> [<N>]:",
                "2026-11-20T12:00:00.123Z ok|<T> ok",
                "2026-11-20 12:00:00 ok|<T> ok",
                "12:00:01: started|<T>: started",
                "from 10.0.0.17:8080/24|from <A>:<N>/<N>",
                "fe80::1 and 2001:db8:0:1:2:3:4:5|<A> and <A>",
                "mac 52:54:00:12:34:56|mac <A>",
                "id 550e8400-e29b-41d4-a716-446655440000|id <I>",
                "sha256:da39a3ee5e6b4b0d3255bfef95601890afd80709|sha256:<I>",
                "0x7ffe12 in use|<I> in use",
                "I am web01.example (n-0123456789ab)|I am <N> (<N>)",
                "/var/lib/web01/x of web01.other|/var/lib/<S>/x of <S>.other",
                "3 4  5|<N> <N>  <N>",
            })
    void whatMayDifferIsFound(String text, String expected) {
        assertThat(masked(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sda1 and eth0.100",
                "kernel 5.10.0-20-amd64",
                "nginx 1.22.1 of bookworm12",
                "worker-12 db_3 v2",
                "web011 myweb01 xn-0123456789ab",
                "deadbeef facade1",
                "12abc 1.2.3 1e5",
                "std::vector http://host a:b"
            })
    void whatIsPartOfAWordIsPartOfWhatIsSaid(String text) {
        assertThat(Masked.of(Outcome.ok(text), WEB01).variables()).isEmpty();
    }

    @Test
    void columnsOfOneWidthAreTheSameWhateverStandsInThem() {
        var one = Masked.of(Outcome.ok("/   7%  4.2G\n/var  93% 120G"), Self.NOBODY);
        var other = Masked.of(Outcome.ok("/ 100% 10.0G\n/var   3%   1G"), Self.NOBODY);
        assertThat(one.said()).isEqualTo(other.said());
    }

    @Test
    void numbersInDataAreNumbersAndTextsAreTexts() {
        var number = Masked.of(new Outcome.Ok("", Fields.EMPTY.with("uid", 7)), Self.NOBODY);
        var text = Masked.of(new Outcome.Ok("", Fields.EMPTY.with("uid", "7")), Self.NOBODY);
        assertThat(number.said()).isNotEqualTo(text.said());
        assertThat(number.fill((_, own) -> own.saying(Masked.mark("1"))).result())
                .isEqualTo(Fields.EMPTY.with("uid", "‹1›"));
    }

    @Test
    void namesOfMembersAndFailureCodesAreNeverMasked() {
        var seven = new Outcome.Ok("", Fields.EMPTY.with("7", true));
        var eight = new Outcome.Ok("", Fields.EMPTY.with("8", true));
        assertThat(Masked.of(seven, Self.NOBODY).said())
                .isNotEqualTo(Masked.of(eight, Self.NOBODY).said());
    }

    @Test
    void whatHasMarksOfItsOwnOrIsVeryLongIsNotMasked() {
        assertThat(Masked.of(Outcome.ok("‹1› of 2"), WEB01).sound()).isFalse();
        assertThat(Masked.of(Outcome.ok("1 ".repeat(200)), WEB01).sound()).isFalse();
        assertThat(Masked.of(Outcome.ok("x".repeat(100_000)), WEB01).sound()).isFalse();
        assertThat(Masked.of(Outcome.ok("1 ".repeat(100)), WEB01).sound()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:", "1.", "-", "1,234,", "aaaaaaaa", "::", "0-", "1:1", "1d1h "})
    void noTextTakesLong(String piece) {
        var text = piece.repeat(60_000 / piece.length());
        var start = System.nanoTime();
        Masked.of(Outcome.ok(text), WEB01);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void decimalsKeepTheirDigits() {
        var data = Fields.EMPTY.with("load", new Decimal(new BigDecimal("1.50")));
        var outcome = new Outcome.Ok("", data.with("list", new Items(List.of(Value.of(3)))));
        assertThat(Masked.of(outcome, WEB01).fill((_, own) -> own)).isEqualTo(outcome);
    }
}
