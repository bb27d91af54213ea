package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.function.Supplier;

class ComplaintsTest {
    private final List<String> logged = new ArrayList<>();
    private Duration uptime = Duration.ZERO;
    private final Complaints complaints = new Complaints(new Lines(), () -> uptime);

    @Test
    void theFirstIsLoggedAndTheRestOfTheMinuteIsCounted() {
        for (int i = 0; i < 1_000; i++) {
            complaints.add(Level.WARNING, "bad " + i);
        }
        assertThat(logged).containsExactly("bad 0");

        uptime = uptime.plusSeconds(61);
        complaints.add(Level.ERROR, "bad again", new IllegalStateException("x"));
        uptime = uptime.plusSeconds(61);
        complaints.add(Level.WARNING, "and again");

        assertThat(logged)
                .containsExactly(
                        "bad 0", "bad again (and 999 before that were not logged)", "and again");
    }

    private final class Lines implements System.Logger {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, Supplier<String> text) {
            logged.add(text.get());
        }

        @Override
        public void log(Level level, Supplier<String> text, Throwable thrown) {
            logged.add(text.get());
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String text,
                @Nullable Throwable thrown) {
            logged.add(String.valueOf(text));
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object... values) {
            logged.add(String.valueOf(format));
        }
    }
}
