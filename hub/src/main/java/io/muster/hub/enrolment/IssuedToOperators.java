package io.muster.hub.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.security.Certificates;
import io.muster.security.Pem;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which certificates operators were given: {@code operators/issued/NAME.SERIAL.crt}, and beside it
 * in {@code NAME.SERIAL.set} the number of the trust set that was handed out with it.
 */
final class IssuedToOperators {
    private static final String CERTIFICATE = ".crt";

    private final AuthorityFiles files;
    private final Path directory;

    /**
     * A certificate.
     *
     * @param set the number of the trust set its holder got with it, 0 for none
     */
    record Entry(X509Certificate certificate, long set) {}

    IssuedToOperators(AuthorityFiles files) {
        this.files = files;
        this.directory = files.operators().resolve("issued");
    }

    /** Notes a certificate; before it is handed out. */
    void add(Identity holder, X509Certificate certificate, InstantSource clock) throws IOException {
        var name = holder.name() + "." + Certificates.serial(certificate);
        var set =
                new RevocationRegister(files, holder.fleet(), clock)
                        .set()
                        .map(TrustSet::number)
                        .orElse(0L);
        OnceFile.directory(directory);
        if (set > 0) {
            OnceFile.readable(directory.resolve(name + ".set"), Bytes.utf8(set + "\n"));
        }
        OnceFile.readable(
                directory.resolve(name + CERTIFICATE), Bytes.utf8(Pem.certificate(certificate)));
    }

    /** All that this operator was ever given. */
    List<X509Certificate> of(Identity holder) {
        return names().filter(name -> name.startsWith(holder.name() + "."))
                .map(this::entry)
                .map(Entry::certificate)
                .filter(certificate -> Certificates.identity(certificate).equals(holder))
                .toList();
    }

    private Stream<String> names() {
        return StateFile.names(directory).stream()
                .filter(file -> file.endsWith(CERTIFICATE))
                .map(file -> file.substring(0, file.length() - CERTIFICATE.length()));
    }

    /** Those that have not expired. */
    List<Entry> unexpired(Instant now) {
        return names().map(this::entry)
                .filter(e -> now.isBefore(e.certificate().getNotAfter().toInstant()))
                .toList();
    }

    private Entry entry(String name) {
        var file = directory.resolve(name + ".set");
        try {
            var set = StateFile.text(file).map(text -> Long.parseLong(text.strip())).orElse(0L);
            var certificate = Pem.certificates(directory.resolve(name + CERTIFICATE)).getFirst();
            return new Entry(certificate, set);
        } catch (NumberFormatException e) {
            throw new AuthorityException(file + " is damaged: not a number", e);
        }
    }
}
