package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the processes of the machine, again and again for as long as it is open, as another user
 * or root could: no list of words or environment holds the secret, nor a file that a program of
 * this test has open, by whatever name or none. Files that have names below the test's own folders
 * are looked through by others.
 */
final class Lookout implements AutoCloseable {
    private static final Path PROCESSES = Path.of("/proc");
    private static final int PAUSE = 20;
    private static final long LARGE = 16L << 20;

    private final Canary canary;
    private final Set<Path> known;
    private final Set<Long> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> looking;

    /**
     * Begins to look.
     *
     * @param known folders with files that are looked through otherwise
     */
    Lookout(Canary canary, Set<Path> known) {
        this.canary = canary;
        this.known = Set.copyOf(known);
        looking = clock.scheduleWithFixedDelay(this::look, 0, PAUSE, TimeUnit.MILLISECONDS);
    }

    private void look() {
        entries(PROCESSES, "[0-9]*").forEach(this::words);
        ProcessHandle.current().descendants().forEach(process -> files(process.pid()));
    }

    /** Whoever lists processes sees their words; root, and their owner, their environments. */
    private void words(Path process) {
        for (var name : List.of("cmdline", "environ")) {
            if (canary.isIn(process.resolve(name))) {
                found.add("" + process.resolve(name));
            }
        }
    }

    private void files(long process) {
        for (var file : entries(PROCESSES.resolve(process + "/fd"), "*")) {
            try {
                var name = Files.readSymbolicLink(file);
                if (Files.isRegularFile(file)
                        && Files.size(file) <= LARGE
                        && !(known.stream().anyMatch(name::startsWith) && Files.exists(name))
                        && canary.isIn(file)) {
                    found.add(process + " has open " + name);
                }
            } catch (IOException _) {
                // closed by now
            }
        }
        seen.add(process);
    }

    /** Processes come and go, and some are others'. */
    private static List<Path> entries(Path folder, String names) {
        var all = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(folder, names)) {
            entries.forEach(all::add);
        } catch (IOException | DirectoryIteratorException _) {
            return all;
        }
        return all;
    }

    /** That it looks rightly: that process has been looked at. */
    void hasSeen(Process process) {
        assertThat(seen).contains(process.pid());
    }

    /** Looks once more, and tells. */
    @Override
    public void close() {
        looking.cancel(false);
        clock.close();
        assertThat(looking.isCancelled()).as("it looked until the end").isTrue();
        look();
        assertThat(found).isEmpty();
    }
}
