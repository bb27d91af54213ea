package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.enrolment.KeyFingerprint;
import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.NodeId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Every certificate that nodes were given: {@code issued/ID/NUMBER.json}, each written once, and
 * {@code keys/FINGERPRINT} with the id of the key's node. To be changed under the {@link
 * EnrolmentLock} only.
 */
final class Register {
    private final Path issued;
    private final Path keys;

    Register(AuthorityFiles files) {
        this.issued = files.issued();
        this.keys = files.keys();
    }

    /** The latest certificate of that node. */
    Optional<Issued> of(NodeId id) {
        var directory = issued.resolve(id.value());
        return StateFile.names(directory).stream()
                .filter(name -> name.matches("[0-9]{1,9}\\.json"))
                .max(Comparator.comparingInt(Register::number))
                .flatMap(name -> StateFile.read(directory.resolve(name), "issued", Issued::of));
    }

    /** When something about that node was noted last, if ever. */
    Optional<FileTime> changed(NodeId id) {
        var directory = issued.resolve(id.value());
        try {
            return Optional.of(Files.getLastModifiedTime(directory));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new AuthorityException(directory + " cannot be read: " + IoReason.of(e), e);
        }
    }

    /**
     * The latest certificate for that key. An id that was noted for a key which then did not get it
     * is what a crash between the two leaves, and means nothing.
     */
    Optional<Issued> of(KeyFingerprint key) {
        return StateFile.text(keys.resolve(key.hex()))
                .map(text -> id(keys.resolve(key.hex()), text))
                .flatMap(this::of)
                .filter(latest -> latest.key().equals(key));
    }

    /**
     * Every certificate that id was given, the oldest first; one that was noted again, as for other
     * collectives, is in it again.
     */
    List<Issued> history(NodeId id) {
        var directory = issued.resolve(id.value());
        return StateFile.names(directory).stream()
                .filter(name -> name.matches("[0-9]{1,9}\\.json"))
                .sorted(Comparator.comparingInt(Register::number))
                .flatMap(
                        name ->
                                StateFile.read(directory.resolve(name), "issued", Issued::of)
                                        .stream())
                .toList();
    }

    /** Whether that key had certificates, and they are void. */
    boolean ended(KeyFingerprint key) {
        var file = keys.resolve(key.hex());
        return StateFile.text(file)
                .map(text -> history(id(file, text)))
                .filter(all -> all.stream().anyMatch(i -> i.key().equals(key)))
                .map(List::getLast)
                .filter(latest -> latest.ended().isPresent() || !latest.key().equals(key))
                .isPresent();
    }

    /** The latest certificate of every node, by id. */
    List<Issued> all() {
        return StateFile.names(issued).stream()
                .flatMap(name -> of(new NodeId(name)).stream())
                .toList();
    }

    /**
     * Notes a certificate: only after this may it be handed out.
     *
     * @throws AuthorityException if it cannot be written, or that number is taken
     */
    void add(Issued certificate) {
        var directory = issued.resolve(certificate.id().value());
        var file = directory.resolve(certificate.number() + ".json");
        var key = keys.resolve(certificate.key().hex());
        try {
            OnceFile.directory(directory);
            AtomicFile.replace(key, Bytes.utf8(certificate.id().value()));
            OnceFile.secret(file, Json.write(certificate.toValue()));
        } catch (IOException e) {
            throw StateFile.unwritable(file, e);
        }
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(0, name.indexOf('.')));
    }

    private static NodeId id(Path file, String text) {
        try {
            return new NodeId(text.strip());
        } catch (IllegalArgumentException e) {
            throw new AuthorityException(file + " is damaged: " + e.getMessage(), e);
        }
    }
}
