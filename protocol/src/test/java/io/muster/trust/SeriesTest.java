package io.muster.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;

/** How an issuer numbers what it signs. */
class SeriesTest {
    @Test
    void theFirstDocumentOfAFleetIsNumberOne() {
        assertThat(Series.FOUNDING.after(0)).contains(1L);
        assertThat(Series.FOUNDING.holds(0)).isFalse();
        assertThat(new Series(2).after(0)).contains(2_000_000_001L);
    }

    @Test
    void whenAllNumbersAreUsedThereIsNoNext() {
        assertThat(Series.FOUNDING.after(Series.SIZE - 1)).isEmpty();
        assertThat(new Series(3).after(Long.MAX_VALUE - 1)).isEmpty();
    }

    @Test
    void aSeriesHasABound() {
        assertThatThrownBy(() -> new Series(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new Series(Series.LAST + 1)).hasMessageContaining("9000001");
    }

    @Property
    void whateverAnEarlierIssuerSignedItsSuccessorSignsSomethingNewer(
            @ForAll @LongRange(max = Series.LAST - 1) long earlier,
            @ForAll @LongRange(min = 1, max = 1_000) long later,
            @ForAll @LongRange(min = 1, max = Series.SIZE - 1) long signed) {
        var number = earlier * Series.SIZE + signed;
        assertThat(new Series(earlier).holds(number)).isTrue();
        var successor = new Series(Math.min(Series.LAST, earlier + later));
        assertThat(successor.holds(number)).isFalse();
        assertThat(successor.after(number))
                .hasValueSatisfying(n -> assertThat(n).isGreaterThan(number));
    }
}
