package io.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What processes have used, as the kernel counts it.
 *
 * @param cpuMillis user and system time of all their threads, in steps of 10 ms
 * @param residentKib memory that is there
 */
record Usage(long cpuMillis, long residentKib) {
    private static final long MILLIS_PER_TICK = 10;
    private static final int USER_TICKS = 11;

    /** Of these processes together. */
    static Usage of(List<Child> children) {
        var cpu = 0L;
        var resident = 0L;
        for (var child : children) {
            var proc = Path.of("/proc", String.valueOf(child.pid()));
            cpu += cpuMillis(read(proc.resolve("stat")));
            resident += residentKib(read(proc.resolve("status")));
        }
        return new Usage(cpu, resident);
    }

    /** The fields after the program's name, which may hold anything. */
    private static long cpuMillis(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]))
                * MILLIS_PER_TICK;
    }

    private static long residentKib(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: has the process ended?", e);
        }
    }
}
