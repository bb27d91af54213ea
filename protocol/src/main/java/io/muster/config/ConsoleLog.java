package io.muster.config;

import io.muster.message.Escape;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * The log of a daemon: one line for each record, whatever it holds, on its standard output, where
 * systemd's journal or a file takes it.
 */
public final class ConsoleLog extends Handler {
    private static final String OURS = "io.muster";
    private static final int FRAMES = 4;

    private final PrintWriter out;
    private final boolean journal;

    private ConsoleLog(PrintWriter out, boolean journal) {
        this.out = out;
        this.journal = journal;
    }

    /**
     * Logs everything to {@code out} from now on.
     *
     * @param journal whether systemd's journal reads it: it knows the time, and wants priorities
     * @param debug whether to log more
     */
    public static void install(PrintWriter out, boolean journal, boolean debug) {
        LogManager.getLogManager().reset();
        var root = Logger.getLogger("");
        root.addHandler(new ConsoleLog(out, journal));
        root.setLevel(Level.WARNING);
        Logger.getLogger(OURS).setLevel(debug ? Level.FINE : Level.INFO);
    }

    @Override
    public void publish(LogRecord entry) {
        var text = String.valueOf(entry.getMessage());
        var thrown = entry.getThrown();
        var line = Escape.line(thrown == null ? text : text + ": " + trace(thrown));
        var prefix =
                journal
                        ? "<" + priority(entry.getLevel()) + ">"
                        : entry.getInstant().truncatedTo(ChronoUnit.MILLIS)
                                + " "
                                + entry.getLevel().getName()
                                + " ";
        out.println(prefix + line);
        out.flush();
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }

    /** What, and the innermost places of it. */
    private static String trace(Throwable thrown) {
        return thrown
                + Arrays.stream(thrown.getStackTrace())
                        .limit(FRAMES)
                        .map(Object::toString)
                        .collect(Collectors.joining(" < ", " at ", ""));
    }

    /** Of syslog (RFC 5424). */
    private static int priority(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return 3;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return 4;
        }
        return level.intValue() >= Level.INFO.intValue() ? 6 : 7;
    }
}
