package io.muster.simulation;

import io.muster.controller.runs.PastRun;
import io.muster.hub.queue.QueueTerms;
import io.muster.message.NodeId;
import io.muster.simulation.History.Extent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How much has been kept, by what docs/faults.md says is kept at the most, as set by default. */
final class Extents {
    private static final long MIB = 1L << 20;

    /** What is alive of it, and what was appended since it was last put together. */
    private static final long JOURNAL = 48 * MIB;

    private static final long AUDIT = 12 * 33 * MIB;

    /** The output of the program that runs comes on top of what is kept of others. */
    private static final long OUTPUT = (64 + 16) * MIB;

    /** What waits, and as much of what does not any more. */
    private static final long QUEUED = 2L * QueueTerms.MOST;

    private static final long QUEUE = 2 * 256 * MIB;

    /** Of each target: who it is, its receipts, and its last word, with what came with it. */
    private static final long TARGET = 4 * (65L << 10);

    private Extents() {}

    static List<Extent> ofNode(NodeId id, Path state) throws IOException {
        var output = state.resolve("output");
        var journal = bytes(state, name -> name.equals("requests.journal"));
        var audit = bytes(state, name -> name.startsWith("audit") && name.endsWith(".jsonl"));
        return List.of(
                new Extent("bytes of the journal of " + id, journal, JOURNAL),
                new Extent("bytes of the audit log of " + id, audit, AUDIT),
                new Extent("bytes of output on " + id, bytes(output, _ -> true), OUTPUT));
    }

    static List<Extent> ofQueue(Path directory) throws IOException {
        var number = files(directory, _ -> true).size();
        return List.of(
                new Extent("requests in the queue", number, QUEUED),
                new Extent("bytes of the queue", bytes(directory, _ -> true), QUEUE));
    }

    static Extent ofRun(PastRun run, Path journal) throws IOException {
        var sent = run.past().sent().stream().mapToLong(s -> s.asked().message().length()).sum();
        var most = MIB + 2 * sent + run.past().targets().all().size() * TARGET;
        return new Extent("bytes of the journal of run " + run.id(), Files.size(journal), most);
    }

    private static long bytes(Path directory, Predicate<String> which) throws IOException {
        var bytes = 0L;
        for (var file : files(directory, which)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static List<Path> files(Path directory, Predicate<String> which) throws IOException {
        var files = new ArrayList<Path>();
        if (Files.isDirectory(directory)) {
            try (var all = Files.newDirectoryStream(directory)) {
                for (var file : all) {
                    if (Files.isRegularFile(file)
                            && which.test(String.valueOf(file.getFileName()))) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }
}
