package io.muster.config;

import io.muster.message.Escape;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * The log of a daemon: one line each on its standard output, where journald or a file takes them.
 * Text that others chose cannot make two lines of one; a stack trace follows its line, indented.
 */
public final class ConsoleLog {
    private ConsoleLog() {}

    /**
     * Sends everything this program logs to {@code out}; call it once, first thing in a main.
     *
     * @param debug whether to tell what only a developer wants to know
     */
    public static void install(PrintStream out, boolean debug) {
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        var handler =
                new StreamHandler(out, new Line()) {
                    @Override
                    public synchronized void publish(LogRecord line) {
                        super.publish(line);
                        flush();
                    }
                };
        handler.setLevel(debug ? Level.FINE : Level.INFO);
        root.addHandler(handler);
        root.setLevel(debug ? Level.FINE : Level.INFO);
        if (!debug) {
            Logger.getLogger("org.apache.activemq").setLevel(Level.SEVERE);
        }
    }

    private static final class Line extends Formatter {
        @Override
        public String format(LogRecord line) {
            var text = new StringBuilder();
            text.append(Instant.ofEpochMilli(line.getMillis()).truncatedTo(ChronoUnit.MILLIS));
            text.append(' ').append(word(line.getLevel())).append(' ');
            text.append(Escape.line(formatMessage(line))).append('\n');
            var thrown = line.getThrown();
            if (thrown != null) {
                text.append("    ").append(Escape.line(thrown.toString())).append('\n');
                for (var frame : thrown.getStackTrace()) {
                    text.append("        at ").append(frame).append('\n');
                }
                for (var cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
                    text.append("    because of ")
                            .append(Escape.line(cause.toString()))
                            .append('\n');
                }
            }
            return text.toString();
        }

        private static String word(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "error";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "warn ";
            }
            return level.intValue() >= Level.INFO.intValue() ? "info " : "debug";
        }
    }
}
