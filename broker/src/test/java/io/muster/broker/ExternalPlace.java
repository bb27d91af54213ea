package io.muster.broker;

import io.muster.broker.external.ExternalSettings;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.RequestId;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.Pem;
import io.muster.security.TestFleet;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;
import io.muster.trust.Release;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The files of a broker of one's own: credentials, and documents as a hub keeps them. */
record ExternalPlace(Path directory, TestFleet fleet) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** With credentials, and the first list of nodes, on which nobody is. */
    static ExternalPlace of(Path directory, TestFleet fleet) throws IOException {
        var place = new ExternalPlace(directory, fleet);
        var own = fleet.broker();
        Files.setPosixFilePermissions(
                place.write("broker.key", Pem.key(own.key())),
                PosixFilePermissions.fromString("rw-------"));
        place.write("broker.crt", Pem.certificate(own.certificate()));
        place.write("trust.pem", own.trust().pem());
        Files.createDirectories(place.documents());
        place.put("nodes.json", fleet.list(IssuerName.NODES, 1));
        return place;
    }

    Path documents() {
        return directory.resolve("documents");
    }

    /** As printed, with the places of this one. */
    String xml(int port) {
        return new ExternalSettings("127.0.0.1:" + port, directory, documents(), List.of()).xml();
    }

    Path write(String name, String text) throws IOException {
        var file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }

    /** Keeps a document under that name. */
    Path put(String name, Bytes document) throws IOException {
        return write("documents/" + name, new String(document.view(), StandardCharsets.UTF_8));
    }

    /** Keeps a lock. */
    Lock lock(Credentials by, String target) throws IOException {
        return lock(by, target, Instant.now());
    }

    /** Keeps a lock that was made then. */
    Lock lock(Credentials by, String target, Instant made) throws IOException {
        var lock =
                new Lock(
                        RequestId.random(RANDOM),
                        fleet.name(),
                        by.identity(),
                        LockTarget.parse(target),
                        "",
                        made.truncatedTo(ChronoUnit.MILLIS),
                        Optional.empty());
        put(lock.id() + ".lock", by.signer().sign(PayloadType.LOCK, lock.encode()));
        return lock;
    }

    /** Keeps its release instead. */
    void release(Credentials by, Lock lock) throws IOException {
        var release =
                new Release(
                        lock.id(),
                        fleet.name(),
                        Optional.of(by.identity()),
                        "",
                        Instant.now().truncatedTo(ChronoUnit.MILLIS));
        put(lock.id() + ".release", by.signer().sign(PayloadType.RELEASE, release.encode()));
        Files.delete(documents().resolve(lock.id() + ".lock"));
    }
}
