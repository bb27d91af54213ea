package io.muster.controller.trust;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.MalformedException;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;
import io.muster.trust.Revocations.Novelty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongPredicate;

/**
 * The newest revocation lists and policy bundle this operator has seen, kept beside its keys: a hub
 * that hands out older ones is found out.
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
        try {
            read(policy(), KnownLists::number).ifPresent(revocations::policy);
        } catch (MalformedException e) {
            problem = Optional.of(policy() + ": " + e.problem());
        }
        for (var issuer : IssuerName.values()) {
            try {
                read(file(issuer), RevocationList::decode).ifPresent(revocations::take);
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
        if (revocations.take(list) == Novelty.NEWER) {
            write(file(list.issuer()), list.encode());
        }
    }

    /** Goes by the number of that bundle, and keeps it, if it is newer. */
    public void take(PolicyBundle bundle) {
        if (bundle.number() > revocations.numbers().policy()) {
            revocations.policy(bundle.number());
            write(policy(), Bytes.utf8(bundle.number() + "\n"));
        }
    }

    private void write(Path file, Bytes content) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            AtomicFile.replace(file, content);
        } catch (IOException e) {
            problem = Optional.of(file + ": cannot be kept: " + IoReason.of(e));
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
                remove(file(issuer));
            }
        }
        var known = revocations.numbers().policy();
        if (known > 0 && !trusted.test(known)) {
            remove(policy());
        }
        revocations.keep(trusted);
    }

    private void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            problem = Optional.of(file + ": cannot be removed: " + IoReason.of(e));
        }
    }

    private Path policy() {
        return directory.resolve("policy.number");
    }

    /** All that is needed of a bundle here: no command has to read policies. */
    private static long number(Bytes text) {
        var digits = new String(text.view(), StandardCharsets.US_ASCII).strip();
        if (!digits.matches("[0-9]{1,18}")) {
            throw new MalformedException("not a number");
        }
        return Long.parseLong(digits);
    }

    private Path file(IssuerName issuer) {
        return directory.resolve(issuer.word() + ".json");
    }

    private static <T> Optional<T> read(Path file, Function<Bytes, T> form) {
        try {
            return Optional.of(form.apply(Bytes.wrap(Files.readAllBytes(file))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MalformedException("cannot be read: " + IoReason.of(e), e);
        }
    }
}
