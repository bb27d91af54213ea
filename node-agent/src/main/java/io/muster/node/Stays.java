package io.muster.node;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.action.ActionSpec;
import io.muster.config.IoReason;
import io.muster.exec.Detached;
import io.muster.exec.Stay;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.Request;
import io.muster.message.RequestKey;
import io.muster.node.RequestJournal.Begun;
import io.muster.security.Envelope;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where programs are that outlive the process that began them, and the requests that they are for.
 * Thread-safe.
 */
final class Stays {
    private static final System.Logger LOG = System.getLogger(Stays.class.getName());

    private static final String NOTE = ".request";
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{32}-[0-9a-f]{16}");

    private final Path directory;
    private final long most;
    private final AtomicBoolean leaving = new AtomicBoolean();

    /**
     * @param most how many bytes of each stream of each program are kept
     */
    Stays(Path directory, long most) {
        this.directory = directory;
        this.most = most;
    }

    /** What an earlier life left. */
    record Found(Question question, Detached program) {}

    /**
     * For a program that is about to begin; empty if it does not outlive this process, because it
     * should not, or because the disk does not take what has to be known of it.
     */
    Optional<Stay> of(Question question, ActionSpec spec) {
        if (!spec.outlives()) {
            return Optional.empty();
        }
        var key = question.key();
        try {
            var mode = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(mode));
            AtomicFile.replace(note(key), question.message());
            return Optional.of(new Stay(place(key), most, leaving::get));
        } catch (IOException e) {
            LOG.log(WARNING, () -> spec.name() + " will not outlive us: " + IoReason.of(e));
            return Optional.empty();
        }
    }

    /** The program of a request that was begun in an earlier life, whether or not it has ended. */
    Optional<Found> find(Begun begun) {
        try {
            var question = question(begun);
            var program = Detached.find(place(begun.key()));
            return question.flatMap(q -> program.map(p -> new Found(q, p)));
        } catch (IOException | UncheckedIOException | MalformedException e) {
            LOG.log(WARNING, () -> "what outlived us is not found: " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * A request that was begun in an earlier life, if its program may have outlived that.
     *
     * @throws IOException if it cannot be read
     */
    Optional<Question> question(Begun begun) throws IOException {
        if (!Files.exists(note(begun.key()))) {
            return Optional.empty();
        }
        var message = Bytes.wrap(Files.readAllBytes(note(begun.key())));
        var envelope = Envelope.decode(message);
        var digest = envelope.payload().sha256().hex();
        return digest.equals(begun.digest())
                ? Optional.of(
                        new Question(Request.decode(envelope.payload()), digest, message, envelope))
                : Optional.empty();
    }

    /** Removes what was for other requests than these: they have ended. */
    void only(Collection<Begun> begun) {
        var names = begun.stream().map(b -> b.key().fileName()).toList();
        try (Stream<Path> files =
                Files.isDirectory(directory) ? Files.list(directory) : Stream.empty()) {
            files.map(file -> String.valueOf(file.getFileName()).replace(NOTE, ""))
                    .filter(name -> KEY.matcher(name).matches() && !names.contains(name))
                    .toList()
                    .forEach(this::forget);
        } catch (IOException e) {
            LOG.log(WARNING, () -> directory + " cannot be read: " + IoReason.of(e));
        }
    }

    /** From now on, programs are left alone when whoever waits for them is interrupted. */
    void leave() {
        leaving.set(true);
    }

    /** Whether this process ends. */
    boolean leaving() {
        return leaving.get();
    }

    /** Its end is on record. */
    void forget(RequestKey key) {
        forget(key.fileName());
    }

    private void forget(String name) {
        try {
            Files.deleteIfExists(note(name));
            Detached.forget(directory.resolve(name));
        } catch (IOException e) {
            LOG.log(WARNING, () -> note(name) + " cannot be removed: " + IoReason.of(e));
        }
    }

    private Path place(RequestKey key) {
        return directory.resolve(key.fileName());
    }

    private Path note(RequestKey key) {
        return note(key.fileName());
    }

    private Path note(String name) {
        return directory.resolve(name + NOTE);
    }
}
