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
import io.muster.message.RequestId;
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
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

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
        var id = question.request().id();
        try {
            var mode = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(mode));
            AtomicFile.replace(note(id), question.message());
            return Optional.of(new Stay(place(id), most, leaving::get));
        } catch (IOException e) {
            LOG.log(WARNING, () -> spec.name() + " will not outlive us: " + IoReason.of(e));
            return Optional.empty();
        }
    }

    /** The program of a request that was begun in an earlier life, whether or not it has ended. */
    Optional<Found> find(Begun begun) {
        try {
            var question =
                    Files.exists(note(begun.id())) ? question(begun) : Optional.<Question>empty();
            var program = Detached.find(place(begun.id()));
            return question.flatMap(q -> program.map(p -> new Found(q, p)));
        } catch (IOException | UncheckedIOException | MalformedException e) {
            LOG.log(WARNING, () -> "what outlived us is not found: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Question> question(Begun begun) throws IOException {
        var message = Bytes.wrap(Files.readAllBytes(note(begun.id())));
        var envelope = Envelope.decode(message);
        var digest = envelope.payload().sha256().hex();
        return digest.equals(begun.digest())
                ? Optional.of(
                        new Question(Request.decode(envelope.payload()), digest, message, envelope))
                : Optional.empty();
    }

    /** Removes what was for other requests than these: they have ended. */
    void only(Collection<Begun> begun) {
        var ids = begun.stream().map(b -> b.id().value()).toList();
        try (Stream<Path> files =
                Files.isDirectory(directory) ? Files.list(directory) : Stream.empty()) {
            files.map(file -> String.valueOf(file.getFileName()).replace(NOTE, ""))
                    .filter(name -> ID.matcher(name).matches() && !ids.contains(name))
                    .toList()
                    .forEach(name -> forget(new RequestId(name)));
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
    void forget(RequestId id) {
        try {
            Files.deleteIfExists(note(id));
            Detached.forget(place(id));
        } catch (IOException e) {
            LOG.log(WARNING, () -> note(id) + " cannot be removed: " + IoReason.of(e));
        }
    }

    private Path place(RequestId id) {
        return directory.resolve(id.value());
    }

    private Path note(RequestId id) {
        return directory.resolve(id.value() + NOTE);
    }
}
