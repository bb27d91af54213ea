package io.muster.hub.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Pem;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The certificates that hub and broker have got, {@code ROLE.SERIAL.crt}: should a key of theirs be
 * stolen, all of them have to be revoked, those that were renewed long ago too.
 */
final class IssuedToServers {
    private static final String CERTIFICATE = ".crt";

    private final Path directory;

    IssuedToServers(AuthorityFiles files) {
        this.directory = files.nodes().resolve("servers");
    }

    /** Notes a certificate; before it is used. */
    void add(X509Certificate certificate) throws IOException {
        var role = Certificates.identity(certificate).role();
        var name = role.word() + "." + Certificates.serial(certificate) + CERTIFICATE;
        OnceFile.directory(directory);
        OnceFile.readable(directory.resolve(name), Bytes.utf8(Pem.certificate(certificate)));
    }

    /** Those of that role that have not expired. */
    List<X509Certificate> unexpired(Role role, Instant now) {
        return StateFile.names(directory).stream()
                .filter(name -> name.startsWith(role.word() + ".") && name.endsWith(CERTIFICATE))
                .map(name -> Pem.certificates(directory.resolve(name)).getFirst())
                .filter(certificate -> now.isBefore(certificate.getNotAfter().toInstant()))
                .toList();
    }
}
