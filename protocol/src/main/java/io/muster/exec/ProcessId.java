package io.muster.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A process that cannot be mistaken for another: numbers are given anew, but not to two that
 * started in the same hundredth of a second of one boot.
 *
 * @param started in ticks since the boot
 */
record ProcessId(long pid, long started, String boot) {
    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT = PROC.resolve("sys/kernel/random/boot_id");

    /** The ticks of a second, for all that Linux says to programs. */
    private static final long TICKS = 100;

    /** Where the start time stands behind the name in brackets, and before it the state. */
    private static final int STARTED = 19;

    /** From the line that Linux has for a process, and its boot. */
    static Optional<ProcessId> of(String stat, String boot) {
        var pid = stat.substring(0, Math.max(0, stat.indexOf(' ')));
        var fields = fields(stat);
        return pid.matches("[0-9]{1,10}") && fields.length > STARTED
                ? Optional.of(new ProcessId(Long.parseLong(pid), started(fields), boot))
                : Optional.empty();
    }

    /** The line that Linux has for a process. */
    static String stat(long pid) throws IOException {
        return Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1).strip();
    }

    /** The boot that this machine is in. */
    static String currentBoot() throws IOException {
        return Files.readString(BOOT).strip();
    }

    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    }

    private static long started(String[] fields) {
        var text = fields[STARTED];
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    /** Whether it is there, and not only its place in the table. */
    boolean alive() {
        try {
            if (!currentBoot().equals(boot)) {
                return false;
            }
            var fields = fields(stat(pid));
            return fields.length > STARTED
                    && started(fields) == started
                    && !fields[0].equals("Z")
                    && !fields[0].equals("X");
        } catch (IOException _) {
            return false;
        }
    }

    /** To signal it; empty if it is not there. */
    Optional<ProcessHandle> handle() {
        return alive() ? ProcessHandle.of(pid) : Optional.empty();
    }

    /** By a clock that nobody sets; empty if it is not there. */
    Optional<Duration> age() {
        if (!alive()) {
            return Optional.empty();
        }
        try {
            var uptime = Files.readString(PROC.resolve("uptime")).strip().split("[. ]", -1);
            var seconds = Long.parseLong(uptime[0]) - started / TICKS;
            return Optional.of(Duration.ofSeconds(Math.max(0, seconds)));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }
}
