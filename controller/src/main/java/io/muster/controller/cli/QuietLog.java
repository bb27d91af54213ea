package io.muster.controller.cli;

import io.muster.message.Escape;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;

/**
 * Logging for a command: warnings in one line on stderr, more with {@code --debug}. Found by the
 * platform as a service, instead of the platform's own logging, which takes longer to start than
 * most commands to finish.
 */
public final class QuietLog extends System.LoggerFinder {
    /** The system property that lets everything through. */
    static final String DEBUG = "muster.debug";

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Line(name, Boolean.getBoolean(DEBUG));
    }

    /** Prints what is important enough. */
    private record Line(String name, boolean debug) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= (debug ? Level.DEBUG : Level.WARNING).getSeverity()
                    && level != Level.OFF;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String text,
                @Nullable Throwable thrown) {
            print(level, String.valueOf(text) + (thrown == null ? "" : ": " + thrown));
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... parameters) {
            print(level, String.valueOf(format));
        }

        private void print(Level level, String text) {
            if (isLoggable(level)) {
                var time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                System.err.println(Escape.line((debug ? time + " " + name + " " : "") + text));
            }
        }
    }
}
