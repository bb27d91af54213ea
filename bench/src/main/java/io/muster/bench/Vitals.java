package io.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a process holds, at a moment: all that must not grow.
 *
 * @param heapKib what lives on the heap after a full collection
 * @param residentKib memory that is there
 * @param descriptors open files and connections
 * @param threads of the operating system
 */
record Vitals(long heapKib, long residentKib, long descriptors, long threads) {
    private static final int SECONDS = 60;

    /** Has that process collect its garbage, and looks. */
    static Vitals of(long pid) throws InterruptedException {
        var heap = heapKib(pid);
        var proc = Path.of("/proc", String.valueOf(pid));
        try (var open = Files.list(proc.resolve("fd"))) {
            var status = Files.readString(proc.resolve("status"));
            return new Vitals(
                    heap, number(status, "VmRSS:"), open.count(), number(status, "Threads:"));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " cannot be looked at", e);
        }
    }

    /**
     * The last line of a class histogram is what all classes together hold. It goes to a file: a
     * process that looks at itself stands still until all of it is written, and so cannot read it
     * from a pipe.
     */
    private static long heapKib(long pid) throws InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            var histogram = Files.createTempFile("muster-histogram-", ".txt");
            try {
                return heapKib(pid, jcmd, histogram);
            } finally {
                Files.delete(histogram);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(jcmd + " does not run", e);
        }
    }

    private static long heapKib(long pid, String jcmd, Path histogram)
            throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(jcmd, String.valueOf(pid), "GC.class_histogram")
                        .redirectErrorStream(true)
                        .redirectOutput(histogram.toFile())
                        .start();
        var ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        var last =
                Files.readString(histogram)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .reduce("", (_, line) -> line.strip());
        var words = last.split("\\s+", -1);
        if (!ended || !words[0].equals("Total")) {
            throw new IllegalStateException("jcmd of process " + pid + " says: " + last);
        }
        return Long.parseLong(words[2]) / 1024;
    }

    private static long number(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
