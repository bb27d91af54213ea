package io.muster.node.fact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

class TimeZonesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CET-1CEST,M3.5.0,M10.5.0/3 | CET
                    UTC0                       | UTC
                    <+0330>-3:30               | +0330
                    """)
    void standardTimeIsNamedAsInTheRule(String rule, String name) {
        var file = ("TZif2\0\0binary\n" + rule + "\n").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(TimeZones.abbreviation(file)).isEqualTo(name);
    }
}
