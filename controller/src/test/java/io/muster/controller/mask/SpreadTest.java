package io.muster.controller.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.mask.Quantity.Family;
import io.muster.controller.mask.Spread.Said;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class SpreadTest {

    private static Spread<Integer> spread(double... amounts) {
        var said = new ArrayList<Said<Integer>>();
        for (var amount : amounts) {
            said.add(new Said<>(amount, Double.toString(amount), said.size()));
        }
        return Spread.of(said);
    }

    private static List<Integer> farOut(double... amounts) {
        return spread(amounts).farOut().stream().map(Said::who).toList();
    }

    @Test
    void theFarthestComesFirst() {
        assertThat(farOut(10, 11, 12, 10, 11, 90, 12, 11, 10, 300)).containsExactly(9, 5);
    }

    @Test
    void whoAloneIsNotZeroIsFarOut() {
        var amounts = new double[200];
        amounts[17] = 1;
        assertThat(farOut(amounts)).containsExactly(17);
    }

    @Test
    void aFewNumbersEvenOnesAndSmallDifferencesAreNothingSpecial() {
        assertThat(farOut(1, 1, 1, 90)).isEmpty();
        assertThat(farOut(IntStream.range(0, 1_000).asDoubleStream().toArray())).isEmpty();
        assertThat(farOut(1000, 1000.1, 1000.2, 1000.1, 1000, 1000.1, 1000.2, 1000.1, 1010))
                .isEmpty();
    }

    /** Nearly half of them may be out and are still seen: the mean would follow them. */
    @Test
    void manyDoNotHideEachOther() {
        var amounts = new double[100];
        for (int i = 0; i < 100; i++) {
            amounts[i] = i < 60 ? 10 + i % 5 : 1_000;
        }
        assertThat(farOut(amounts)).hasSize(40);
    }

    @Property(tries = 200)
    void theMedianIsInTheMiddleAndNeverFarOut(
            @ForAll @Size(min = 1, max = 60) List<Integer> numbers) {
        var spread = spread(numbers.stream().mapToDouble(n -> n).toArray());
        var median = spread.median().amount();
        assertThat(numbers.stream().filter(n -> n < median).count())
                .isLessThanOrEqualTo(numbers.size() / 2);
        assertThat(numbers.stream().filter(n -> n > median).count())
                .isLessThanOrEqualTo(numbers.size() / 2);
        assertThat(spread.farOut()).doesNotContain(spread.median());
        assertThat(spread.min().amount()).isLessThanOrEqualTo(median);
        assertThat(spread.max().amount()).isGreaterThanOrEqualTo(median);
        assertThat(spread.quantile(0)).isEqualTo(spread.min());
        assertThat(spread.quantile(1)).isEqualTo(spread.max());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12|12|NUMBER",
                "-1.5|-1.5|NUMBER",
                "1,234|1234|NUMBER",
                "93%|93|PERCENT",
                "1500ms|1.5|TIME",
                "2 min|120|TIME",
                "-1h30m|-5400|TIME",
                "2KiB|2048|SIZE",
                "3.5 GiB|3758096384|SIZE",
                "1kB|1000|SIZE"
            })
    void textsThatSayHowMuch(String text, double amount, Family family) {
        assertThat(Quantity.of(text)).contains(new Quantity(amount, family));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "x", "3x", "1.2.3", "3 4", "3h4", "5%5%", "1MiB2MiB", "12:00"})
    void textsThatDoNot(String text) {
        assertThat(Quantity.of(text)).isEmpty();
    }
}
