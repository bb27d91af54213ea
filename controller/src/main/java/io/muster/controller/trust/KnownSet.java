package io.muster.controller.trust;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.security.SecurityFileException;
import io.muster.security.TrustStore;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Whom this operator trusts, and by which trust set: {@code trust.pem} beside the keys follows when
 * the authority of the fleet is changed. Not for several threads.
 */
public final class KnownSet {
    private final Path directory;
    private final TrustStore trust;
    private long number;
    private Optional<String> problem = Optional.empty();

    /**
     * Reads what is there; a file that cannot be used is told of by {@link #problem} and counts for
     * nothing.
     *
     * @param credentials the directory of the operator's keys
     * @param trust replaced when a newer set comes
     */
    public KnownSet(Path credentials, TrustStore trust) {
        this.directory = credentials.resolve("lists");
        this.trust = trust;
        try {
            number = read().filter(this::agrees).map(TrustSet::number).orElse(0L);
        } catch (MalformedException e) {
            problem = Optional.of(file() + ": " + e.problem());
        } catch (SecurityFileException e) {
            problem = Optional.of(file() + ": " + e.getMessage());
        }
    }

    /**
     * The number of the set this operator goes by; 0 if none is known, or {@code trust.pem} says
     * something else: whoever makes the operator's certificate writes that too.
     */
    public long number() {
        return number;
    }

    /** What is wrong with the files, if anything is. */
    public Optional<String> problem() {
        return problem;
    }

    /** Goes by that set, which is genuine, and keeps it, if it is newer. */
    public void take(TrustSet set) {
        if (set.number() <= number) {
            return;
        }
        var anchors = TrustStore.anchorsOf(set);
        trust.replace(anchors);
        number = set.number();
        try {
            var pem = trust.file();
            if (pem.isPresent()) {
                AtomicFile.replace(pem.get(), Bytes.utf8(TrustStore.pem(anchors)), "rw-r--r--");
            }
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            AtomicFile.replace(file(), set.encode());
        } catch (IOException e) {
            problem = Optional.of(file() + ": cannot be kept: " + IoReason.of(e));
        }
    }

    private boolean agrees(TrustSet known) {
        return TrustStore.anchorsOf(known).equals(trust.anchors());
    }

    private Path file() {
        return directory.resolve("set.json");
    }

    private Optional<TrustSet> read() {
        try {
            return Optional.of(TrustSet.decode(Bytes.wrap(Files.readAllBytes(file()))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MalformedException("cannot be read: " + IoReason.of(e), e);
        }
    }
}
