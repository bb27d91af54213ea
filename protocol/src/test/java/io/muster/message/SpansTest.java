package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class SpansTest {

    @Test
    void everyUnitIsRead() {
        assertThat(Spans.parse("1500ms")).isEqualTo(Duration.ofMillis(1500));
        assertThat(Spans.parse("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Spans.parse("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(Spans.parse("2h")).isEqualTo(Duration.ofHours(2));
        assertThat(Spans.parse("7d")).isEqualTo(Duration.ofDays(7));
        assertThat(Spans.parse("0s")).isEqualTo(Duration.ZERO);
        assertThat(Spans.parse("10000d")).isEqualTo(Spans.LONGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "m",
                "5 m",
                "-5m",
                "1.5h",
                "5M",
                "1h30m",
                "5min",
                "٥m",
                " 5m",
                "5m\n",
                "10001d",
                "864000001s",
                "999999999999999d",
                "9999999999999999999s"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Spans.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Escape.quoted(text));
    }

    @Test
    void theLargestUnitThatFitsIsPrinted() {
        assertThat(Spans.print(Spans.parse("60s"))).isEqualTo("1m");
        assertThat(Spans.print(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(Spans.print(Duration.ofMillis(1500))).isEqualTo("1500ms");
        assertThat(Spans.print(Spans.parse("48h"))).isEqualTo("2d");
        assertThat(Spans.print(Duration.ofNanos(999_999))).isEqualTo("0s");
        assertThatThrownBy(() -> Spans.print(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Spans.print(Duration.ofDays(10_001)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 300)
    void whatIsPrintedIsReadBack(@ForAll @LongRange(max = 864_000_000_000L) long millis) {
        var span = Duration.ofMillis(millis);

        assertThat(Spans.parse(Spans.print(span))).isEqualTo(span);
    }
}
