package io.muster.controller.trust;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.MalformedException;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;
import io.muster.trust.Revocations.Novelty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * The newest revocation lists this operator has seen, kept beside its keys: a hub that hands out
 * older ones is found out.
 */
public final class KnownLists {
    private final Path directory;
    private final Revocations revocations = new Revocations();
    private Optional<String> problem = Optional.empty();

    /**
     * Reads what is there; a file that cannot be used is told of by {@link #problem} and counts for
     * nothing.
     *
     * @param credentials the directory of the operator's keys
     */
    public KnownLists(Path credentials) {
        this.directory = credentials.resolve("lists");
        for (var issuer : IssuerName.values()) {
            try {
                read(file(issuer)).ifPresent(revocations::take);
            } catch (MalformedException e) {
                problem = Optional.of(file(issuer) + ": " + e.problem());
            }
        }
    }

    /** For those who check signatures. */
    public Revocations revocations() {
        return revocations;
    }

    /** What is wrong with the files, if anything is. */
    public Optional<String> problem() {
        return problem;
    }

    /** Goes by that list, and keeps it, if it is newer. */
    public void take(RevocationList list) {
        if (revocations.take(list) != Novelty.NEWER) {
            return;
        }
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            AtomicFile.replace(file(list.issuer()), list.encode());
        } catch (IOException e) {
            problem = Optional.of(file(list.issuer()) + ": cannot be kept: " + IoReason.of(e));
        }
    }

    /**
     * Forgets lists of issuers that are not trusted any more.
     *
     * @param trusted whether an issuer that is trusted numbers lists so
     */
    void keep(LongPredicate trusted) {
        for (var issuer : IssuerName.values()) {
            if (revocations.list(issuer).filter(l -> !trusted.test(l.number())).isPresent()) {
                try {
                    Files.deleteIfExists(file(issuer));
                } catch (IOException e) {
                    problem = Optional.of(file(issuer) + ": cannot be removed: " + IoReason.of(e));
                }
            }
        }
        revocations.keep(trusted);
    }

    private Path file(IssuerName issuer) {
        return directory.resolve(issuer.word() + ".json");
    }

    private static Optional<RevocationList> read(Path file) {
        try {
            return Optional.of(RevocationList.decode(Bytes.wrap(Files.readAllBytes(file))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MalformedException("cannot be read: " + IoReason.of(e), e);
        }
    }
}
