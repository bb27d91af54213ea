package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.message.Bytes;
import io.muster.message.Role;
import io.muster.security.Anchor;
import io.muster.security.Certificates;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Passphrase;
import io.muster.security.PassphraseSource;
import io.muster.security.Pem;
import io.muster.security.SecurityFileException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The keys of the authorities a fleet has had, each beside its certificate: {@code NAME.key} and
 * {@code NAME.crt} of the first, {@code NAME.2.key} and {@code NAME.2.crt} of the second. Which one
 * is in use, {@code trust.pem} says: so no key is ever moved, and a crash cannot part the two.
 */
final class KeyRing {
    static final String ROOT = "root";
    static final String OPERATORS = "operators";
    static final String NODES = "nodes";

    private static final List<String> NAMES = List.of(ROOT, OPERATORS, NODES);
    private static final Pattern NUMBERED = Pattern.compile("[a-z]+\\.([0-9]{1,6})\\.(crt|key)");

    private final AuthorityFiles files;

    KeyRing(AuthorityFiles files) {
        this.files = files;
    }

    private Path directory(String name) {
        return switch (name) {
            case ROOT -> files.root();
            case OPERATORS -> files.operators();
            default -> files.nodes();
        };
    }

    private static Path file(Path directory, String name, int number, String ending) {
        return directory.resolve(name + (number == 1 ? "" : "." + number) + ending);
    }

    /**
     * The key of that certificate.
     *
     * @throws AuthorityException if its directory is not here
     * @throws SecurityFileException if the key is not there, or cannot be used
     */
    Issuer open(String name, X509Certificate certificate, PassphraseSource source) {
        var directory = directory(name);
        if (!Files.isDirectory(directory)) {
            throw new AuthorityException(
                    directory
                            + " is not here: bring back the "
                            + (name.equals(ROOT) ? ROOT : "issuer of " + name)
                            + ", and try again");
        }
        var file = key(name, certificate).orElse(file(directory, name, 1, ".key"));
        var key = Pem.key(file, source);
        if (!Certificates.key(certificate).equals(key.publicKey())) {
            throw new SecurityFileException(file + ": not the key of this fleet's " + name);
        }
        return new Issuer(key, certificate);
    }

    /** Where the key of that certificate is, if the certificate is beside it. */
    Optional<Path> key(String name, X509Certificate certificate) {
        return number(name, certificate).map(n -> file(directory(name), name, n, ".key"));
    }

    /** Which of the fleet's authorities that is, counted from 1, by the issuer of nodes. */
    int number(Anchor anchor) {
        return number(NODES, anchor.issuer(Role.NODE))
                .orElseThrow(
                        () ->
                                new AuthorityException(
                                        files.nodes()
                                                + " does not hold the certificate of an issuer of"
                                                + " nodes that trust.pem names"));
    }

    private Optional<Integer> number(String name, X509Certificate certificate) {
        var directory = directory(name);
        return StateFile.names(directory).stream()
                .filter(file -> file.startsWith(name + ".") && file.endsWith(".crt"))
                .filter(file -> Pem.certificates(directory.resolve(file)).contains(certificate))
                .map(KeyRing::numbered)
                .findFirst();
    }

    private static int numbered(String file) {
        var numbered = NUMBERED.matcher(file);
        return numbered.matches() ? Integer.parseInt(numbered.group(1)) : 1;
    }

    /** Keeps a key that was just made. */
    void store(
            String name,
            int number,
            Issuer issuer,
            Optional<Passphrase> passphrase,
            SecureRandom random)
            throws IOException {
        var directory = directory(name);
        OnceFile.directory(directory);
        var text =
                passphrase
                        .map(p -> Pem.key(issuer.key(), p, random))
                        .orElseGet(() -> Pem.key(issuer.key()));
        OnceFile.secret(file(directory, name, number, ".key"), Bytes.utf8(text));
        OnceFile.readable(
                file(directory, name, number, ".crt"),
                Bytes.utf8(Pem.certificate(issuer.certificate())));
    }

    /** Removes keys that a crash left before the fleet was told of them. */
    void removeAbove(int number) {
        for (var name : NAMES) {
            for (var file : StateFile.names(directory(name))) {
                if (file.startsWith(name + ".") && numbered(file) > number) {
                    StateFile.remove(directory(name).resolve(file));
                }
            }
        }
    }

    /** The keys of authorities that are not among these. */
    List<Path> others(List<Anchor> trusted) {
        var known = trusted.stream().flatMap(a -> a.certificates().stream()).toList();
        return NAMES.stream()
                .flatMap(
                        name ->
                                StateFile.names(directory(name)).stream()
                                        .filter(f -> f.startsWith(name + ".") && f.endsWith(".crt"))
                                        .map(directory(name)::resolve)
                                        .filter(f -> !known.containsAll(Pem.certificates(f)))
                                        .map(KeyRing::keyBeside))
                .filter(Files::exists)
                .toList();
    }

    private static Path keyBeside(Path certificate) {
        var name = certificate.getFileName().toString();
        return certificate.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".key");
    }

    static AuthorityException unwritable(IOException e) {
        return new AuthorityException(
                "the new keys cannot be written: " + IoReason.of(e) + "; nothing was changed", e);
    }
}
