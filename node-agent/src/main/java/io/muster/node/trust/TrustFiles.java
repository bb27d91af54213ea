package io.muster.node.trust;

import io.muster.config.IoReason;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.trust.LockBook;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Function;

/**
 * The documents on this node's disk. They were verified when they came; whoever can write here can
 * write the policy and the key as well.
 *
 * @param directory theirs alone
 */
record TrustFiles(Path directory) {

    Path list(IssuerName issuer) {
        return directory.resolve(issuer.word() + ".json");
    }

    Path policy() {
        return directory.resolve("policy.json");
    }

    Path locks() {
        return directory.resolve("locks.json");
    }

    /**
     * The list that is there.
     *
     * @throws MalformedException naming the file, if it cannot be used
     */
    Optional<RevocationList> readList(IssuerName issuer) {
        return read(list(issuer), RevocationList::decode);
    }

    /**
     * The bundle that is there.
     *
     * @throws MalformedException naming the file, if it cannot be used
     */
    Optional<PolicyBundle> readPolicy() {
        return read(policy(), PolicyBundle::decode);
    }

    /**
     * The locks that are there.
     *
     * @throws MalformedException naming the file, if it cannot be used
     */
    Optional<LockBook> readLocks() {
        return read(
                locks(),
                bytes ->
                        LockBook.of(
                                Json.readLocal(new String(bytes.view(), StandardCharsets.UTF_8))));
    }

    private static <T> Optional<T> read(Path file, Function<Bytes, T> form) {
        try {
            return Optional.of(form.apply(Bytes.wrap(Files.readAllBytes(file))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MalformedException(file + " cannot be read: " + IoReason.of(e), e);
        } catch (MalformedException e) {
            throw new MalformedException(file + " is damaged: " + e.problem(), e);
        }
    }

    /** Takes a file away that counts for nothing. */
    void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Whole and on the disk, or as it was; what is not ours alone is for everybody to read. */
    void write(Path file, Bytes content) throws IOException {
        if (!file.startsWith(directory)) {
            AtomicFile.replace(file, content, "rw-r--r--");
            return;
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        AtomicFile.replace(file, content);
    }
}
