package io.muster.controller.runs;

import io.muster.config.IoReason;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Schedule;
import io.muster.journal.Disk;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.message.Escape;
import io.muster.message.NodeId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of an operator's runs: one of its own for each, named by when it began and by its
 * id, with its journal in it. Nobody else can look into it.
 */
public final class RunsDirectory {
    /** The word for the newest run. */
    public static final String LAST = "last";

    private static final int MOST = 1_000;
    private static final Pattern NAME = Pattern.compile("([0-9]{13})-([0-9a-f]{12})");
    private static final String JOURNAL = "run.journal";

    private final Path directory;
    private final Duration keep;
    private final Disk disk;

    /** A run that is kept. */
    public record Kept(String id, Instant at, Path folder) {
        Path journal() {
            return folder.resolve(JOURNAL);
        }

        /**
         * Reads what was written down of it.
         *
         * @throws JournalException if it cannot be read
         */
        public PastRun read() {
            return PastRun.read(id, journal());
        }
    }

    /** No run, or more than one, is called so; the message says what to do. */
    public static final class NoRunException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoRunException(String problem) {
            super(problem);
        }
    }

    /**
     * @param keep how long runs are kept
     */
    public RunsDirectory(Path directory, Duration keep) {
        this(directory, keep, Disk.REAL);
    }

    /** The same, on that disk. */
    public RunsDirectory(Path directory, Duration keep, Disk disk) {
        this.directory = directory;
        this.keep = keep;
        this.disk = disk;
    }

    /**
     * Begins to write down a run.
     *
     * @param notices is told if that does not work and does not matter
     * @throws JournalException if nothing may be sent because it does not work
     */
    public RunJournal begin(
            Plan plan,
            Targets targets,
            Schedule schedule,
            Instant now,
            RandomGenerator random,
            Consumer<String> notices) {
        var bits = new byte[6];
        random.nextBytes(bits);
        var id = HexFormat.of().formatHex(bits);
        var folder = directory.resolve("%013d-%s".formatted(now.toEpochMilli(), id));
        return RunJournal.begin(
                id, () -> made(folder), disk, plan, targets, schedule, now, notices);
    }

    private static Path made(Path folder) {
        var mode =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectories(folder, mode);
            return folder.resolve(JOURNAL);
        } catch (IOException e) {
            throw new JournalException(folder + ": cannot be made: " + IoReason.of(e), e);
        }
    }

    /**
     * Goes on writing down a run.
     *
     * @throws JournalException if it cannot be written to, or another process does
     */
    public RunJournal reopen(Kept kept, PastRun run, Consumer<String> notices) {
        return RunJournal.reopen(kept.id(), kept.journal(), disk, run.plan(), notices);
    }

    /**
     * Notes that nothing else goes out of a run; whoever is at it, in whatever process, stops
     * before it sends again.
     *
     * @throws JournalException if that cannot be written down
     */
    public void cancel(Kept kept, String by) {
        CancelMark.beside(kept.journal()).set(by);
    }

    /**
     * Takes these out of a run, which goes on without them: whoever is at it, now or later, sends
     * nothing to them any more.
     *
     * @throws JournalException if that cannot be written down
     */
    public void takeOut(Kept kept, List<NodeId> nodes, String by) {
        TakenOut.beside(kept.journal()).add(nodes, by, disk);
    }

    /**
     * Has whoever is at the run send to nobody else for now.
     *
     * @throws JournalException if that cannot be written down
     */
    public void pause(Kept kept) {
        PauseMarks.beside(kept.journal()).set();
    }

    /** Whether it is to. */
    public boolean paused(Kept kept) {
        return PauseMarks.beside(kept.journal()).pauses();
    }

    /**
     * It need not pause any more.
     *
     * @throws JournalException if that cannot be written down
     */
    public void lift(Kept kept) {
        PauseMarks.beside(kept.journal()).lift();
    }

    /**
     * Somebody has looked at what became of that batch, and wants the run to go on.
     *
     * @throws JournalException if that cannot be written down
     */
    public void promote(Kept kept, Batch batch) {
        PauseMarks.beside(kept.journal()).promote(batch.number());
    }

    /** Whether somebody has. */
    public boolean promoted(Kept kept, Batch batch) {
        return PauseMarks.beside(kept.journal()).promotes(batch.number());
    }

    /**
     * All that are kept, the newest first.
     *
     * @throws JournalException if the directory cannot be read
     */
    public List<Kept> all() {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(directory)) {
            return folders.flatMap(folder -> kept(folder).stream())
                    .sorted(Comparator.comparing(Kept::at).thenComparing(Kept::id).reversed())
                    .toList();
        } catch (IOException e) {
            throw new JournalException(directory + ": cannot be read: " + IoReason.of(e), e);
        }
    }

    private static Optional<Kept> kept(Path folder) {
        var name = NAME.matcher(String.valueOf(folder.getFileName()));
        return name.matches() && Files.exists(folder.resolve(JOURNAL))
                ? Optional.of(
                        new Kept(
                                name.group(2),
                                Instant.ofEpochMilli(Long.parseLong(name.group(1))),
                                folder))
                : Optional.empty();
    }

    /**
     * The run of that id, or of the only one that begins so; {@link #LAST} is the newest.
     *
     * @throws NoRunException if there is none, or more than one
     */
    public Kept find(String word) {
        var all = all();
        var found =
                word.equals(LAST)
                        ? all.stream().limit(1).toList()
                        : all.stream().filter(kept -> kept.id().startsWith(word)).toList();
        if (found.isEmpty()) {
            throw new NoRunException(
                    all.isEmpty()
                            ? "no run is kept in " + directory
                            : "no run " + Escape.quoted(word) + "; muster runs lists them");
        }
        if (found.size() > 1) {
            var ids = found.stream().limit(5).map(Kept::id).toList();
            throw new NoRunException(
                    found.size()
                            + " runs begin with "
                            + Escape.quoted(word)
                            + ": "
                            + String.join(", ", ids)
                            + (found.size() > ids.size() ? ", ..." : ""));
        }
        return found.getFirst();
    }

    /** Removes what was kept for long enough; what cannot be removed now stays. */
    public void tidy(Instant now) {
        var all = all();
        for (int i = 0; i < all.size(); i++) {
            var kept = all.get(i);
            if ((i >= MOST || kept.at().isBefore(now.minus(keep)))
                    && !Journal.inUse(kept.journal())) {
                remove(kept.folder());
            }
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException _) {
            // The next run tries again.
        }
    }
}
