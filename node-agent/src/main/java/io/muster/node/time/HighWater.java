package io.muster.node.time;

import io.muster.config.IoReason;
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
 * on the machine says that the clock is right. The same holds if the mark cannot be read: it is
 * left as it is, and tried again, until then. Thread-safe.
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
    private Optional<String> damage = Optional.empty();

    /**
     * Reads it from that directory.
     *
     * @param told hears what somebody should know
     */
    public HighWater(Path directory, Consumer<String> told) {
        this.directory = directory;
        this.told = told;
        load();
        damage.ifPresent(problem -> told.accept("nothing can be changed here: " + problem));
    }

    private void load() {
        try {
            saved = read(directory).orElse(Instant.EPOCH);
            mark = saved.isAfter(mark) ? saved : mark;
            damage = Optional.empty();
        } catch (IOException e) {
            damage = Optional.of("the mark of the clock cannot be read: " + IoReason.of(e));
        }
    }

    /**
     * What is on disk there.
     *
     * @throws IOException naming the file, if that cannot be read
     */
    public static Optional<Instant> read(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is no file");
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

    /** Why nothing may be changed by that clock, if so, and what to do. */
    public synchronized Optional<String> objection(Instant now) {
        if (damage.isPresent()) {
            load();
        }
        var behind = now.plus(BEHIND).isBefore(mark);
        if ((!behind && damage.isEmpty()) || overridden(now)) {
            return Optional.empty();
        }
        return Optional.of(
                damage.map(
                                        problem ->
                                                problem
                                                        + ", so it may have been set back: look at"
                                                        + " it, and if it is right")
                                .orElse(
                                        "a request of "
                                                + mark
                                                + " was accepted before: set the clock; if it is"
                                                + " right")
                        + ", muster agent clock-ok on this machine");
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
                            + ", and "
                            + damage.orElse("a request of " + mark + " was accepted before"));
            mark = now;
            damage = Optional.empty();
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

    /** Brings the mark to the disk, if it has risen; not over one that cannot be read. */
    public synchronized void save() {
        if (!mark.isAfter(saved) || damage.isPresent()) {
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
