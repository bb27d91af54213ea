package io.muster.node.time;

import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The latest issue time of a request that this node accepted, on disk: a clock far behind it was
 * set back, or the machine was restored from a copy, and then nothing may be changed until somebody
 * on the machine says that the clock is right. Thread-safe.
 */
public final class HighWater {
    /** The file, in the state directory, by which that is said. */
    public static final String OVERRIDE = "clock-ok";

    private static final String FILE = "clock.mark";
    private static final Duration BEHIND = Duration.ofMinutes(10);
    private static final Duration STEP = Duration.ofMinutes(1);

    private final Path directory;
    private final Consumer<String> told;
    private Instant mark = Instant.EPOCH;
    private Instant saved = Instant.EPOCH;

    /**
     * Reads it from that directory; a mark that cannot be read is none.
     *
     * @param told hears what somebody should know
     */
    public HighWater(Path directory, Consumer<String> told) {
        this.directory = directory;
        this.told = told;
        try {
            mark = read(directory).orElse(Instant.EPOCH);
            saved = mark;
        } catch (IOException e) {
            told.accept("the mark of the clock cannot be read: " + e.getMessage());
        }
    }

    /** What is on disk there. */
    public static Optional<Instant> read(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            var reader = new FieldReader("mark", Json.read(Bytes.wrap(Files.readAllBytes(file))));
            var issued = reader.instant("issued");
            reader.done();
            return Optional.of(issued);
        } catch (MalformedException e) {
            throw new IOException(file + ": " + e.problem(), e);
        }
    }

    /** The mark, if the clock is too far behind it. */
    public synchronized Optional<Instant> ahead(Instant now) {
        if (!now.plus(BEHIND).isBefore(mark)) {
            return Optional.empty();
        }
        return overridden(now) ? Optional.empty() : Optional.of(mark);
    }

    private boolean overridden(Instant now) {
        var override = directory.resolve(OVERRIDE);
        if (!Files.isRegularFile(override, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            write(now);
            Files.delete(override);
            told.accept(
                    "somebody on this machine said that its clock is right: it is "
                            + now
                            + ", and a request of "
                            + mark
                            + " was accepted before");
            mark = now;
            return true;
        } catch (IOException e) {
            told.accept("the mark of the clock cannot be set: " + e.getMessage());
            return false;
        }
    }

    /**
     * A request that was issued then is accepted.
     *
     * @param durable whether the disk has to know soon: for everything about change and destruction
     */
    public synchronized void accepted(Instant issued, boolean durable) {
        if (issued.isAfter(mark)) {
            mark = issued;
        }
        if (durable && mark.isAfter(saved.plus(STEP))) {
            save();
        }
    }

    /** Brings the mark to the disk, if it has risen. */
    public synchronized void save() {
        if (!mark.isAfter(saved)) {
            return;
        }
        try {
            write(mark);
        } catch (IOException e) {
            told.accept("the mark of the clock cannot be written: " + e.getMessage());
        }
    }

    private void write(Instant instant) throws IOException {
        AtomicFile.replace(
                directory.resolve(FILE),
                Json.write(Fields.EMPTY.with("issued", instant.toEpochMilli())));
        saved = instant;
    }
}
