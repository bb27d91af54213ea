package io.muster.node;

import io.muster.config.FileGuard;
import io.muster.message.Identity;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Pem;
import io.muster.security.SealingKey;
import io.muster.security.SecurityFileException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;

/**
 * This node's certificate as its root helper knows it, in a directory of root's: who this node is,
 * and what the authority attests of it. Thread-safe.
 */
final class OwnCertificate {
    private static final String NAME = "node";

    private final Path directory;
    private volatile X509Certificate held;

    private OwnCertificate(Path directory, X509Certificate held) {
        this.directory = directory;
        this.held = held;
    }

    /**
     * Reads what joining left.
     *
     * @throws SecurityFileException if it cannot be used
     * @throws io.muster.config.ConfigException if somebody else may write it
     */
    static OwnCertificate in(Path directory) {
        var file = FileGuard.forThisProcess().trusted(directory.resolve(NAME + ".crt"));
        return new OwnCertificate(directory, Pem.certificates(file).getFirst());
    }

    /** Who this node is. */
    Identity identity() {
        return Certificates.identity(held);
    }

    /** What the authority attests of it now. */
    Map<String, String> attributes() {
        return Certificates.attributes(held);
    }

    /**
     * The key that opens what is sealed to this node, if its certificate states one. Read anew each
     * time: most requests never need it.
     *
     * @throws SecurityFileException if it is not here, or another one
     */
    Optional<SealingKey> sealing() {
        var stated = Certificates.sealingKey(held);
        if (stated.isEmpty()) {
            return Optional.empty();
        }
        var file = Credentials.sealingFile(directory, NAME);
        if (!Files.exists(file)) {
            throw new SecurityFileException(
                    file + " is not there, and no secret can be opened: join anew");
        }
        var key = Pem.sealingKey(file);
        if (!key.publicKey().equals(stated.get())) {
            throw new SecurityFileException(
                    file + " is not the key in this node's certificate: join anew");
        }
        return Optional.of(key);
    }
}
