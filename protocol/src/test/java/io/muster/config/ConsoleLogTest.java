package io.muster.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** What others say gets into logs: an entry stays one line, and nothing in it is obeyed. */
class ConsoleLogTest {
    private static final String EVIL =
            "web01\u001b[2J\u202egnp\u009b\u0085\r\n<0>1970-01-01 all is well\u2028\u200b\u007f\0";

    private final StringWriter out = new StringWriter();

    @AfterEach
    void asItWas() throws IOException {
        LogManager.getLogManager().readConfiguration();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEntryIsOneHarmlessLineWhateverIsInIt(boolean journal) {
        ConsoleLog.install(new PrintWriter(out), journal, true);
        var log = Logger.getLogger("io.muster.test");
        log.log(Level.WARNING, EVIL);
        log.log(Level.SEVERE, EVIL, new IllegalStateException(EVIL, new IOException(EVIL)));

        var text = out.toString();
        assertThat(text.lines()).hasSize(2);
        assertThat(text.chars().filter(c -> c != '\n').allMatch(c -> c >= ' ' && c < 0x7f))
                .as(text)
                .isTrue();
        assertThat(text).contains("web01\\u{1b}[2J");
        assertThat(text.lines().skip(1).findFirst().orElseThrow())
                .startsWith(journal ? "<3>web01" : "")
                .contains("IllegalStateException");
    }
}
