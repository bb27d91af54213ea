package io.muster.hub.enrolment;

import io.muster.journal.AtomicFile;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.security.Certificates;
import io.muster.security.TrustStore;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who said that it goes by which trust set, and which issuer made the certificate that it said so
 * with: what the hub hears, and {@code muster ca change} asks. Kept in one file, a line for each;
 * of fleets whose authority was never changed there is none. Thread-safe.
 */
public final class Confirmations {
    private final Path file;
    private final TrustStore trust;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private final Map<String, Bytes> certificates = new ConcurrentHashMap<>();
    private volatile boolean changed;

    /**
     * What is known of one.
     *
     * @param generation which holder of its identity that was
     * @param set the number of the trust set it goes by
     * @param issuer the key id of the certificate of the issuer that made its own
     */
    record Line(int generation, long set, String issuer) {
        private static final String FORM = "[0-9]{1,9} [0-9]{1,18} [0-9a-f]{32}";

        String text() {
            return generation + " " + set + " " + issuer;
        }

        static Optional<Line> parse(String text) {
            if (!text.matches(FORM)) {
                return Optional.empty();
            }
            var words = text.split(" ", -1);
            return Optional.of(
                    new Line(Integer.parseInt(words[0]), Long.parseLong(words[1]), words[2]));
        }
    }

    private Confirmations(Path file, TrustStore trust) {
        this.file = file;
        this.trust = trust;
    }

    /** With what an earlier life noted. */
    public static Confirmations load(AuthorityFiles files, TrustStore trust) {
        var all = new Confirmations(files.confirmed(), trust);
        all.lines.putAll(read(files));
        return all;
    }

    /** What is noted, by the short form of the identity: {@code node/web01}. */
    static Map<String, Line> read(AuthorityFiles files) {
        var known = new TreeMap<String, Line>();
        StateFile.text(files.confirmed()).orElse("").lines().forEach(text -> read(text, known));
        return known;
    }

    /** A line that cannot be read confirms nothing; who it was about says it again. */
    private static void read(String text, Map<String, Line> known) {
        var space = text.indexOf(' ');
        if (space > 0) {
            Line.parse(text.substring(space + 1))
                    .ifPresent(line -> known.put(text.substring(0, space), line));
        }
    }

    /**
     * Somebody whose word counts goes by that set.
     *
     * @param shown the certificate it said so with, in DER
     */
    public void heard(Identity who, long set, Bytes shown) {
        var name = who.brief();
        var before = Optional.ofNullable(lines.get(name)).map(Line::set);
        if (set == 0 && before.isEmpty() && trust.number() == 0) {
            return;
        }
        var same = Optional.ofNullable(certificates.get(name)).filter(shown::equals).isPresent();
        if (same && before.equals(Optional.of(set))) {
            return;
        }
        note(name, set, Certificates.parse(shown));
        certificates.put(name, shown);
    }

    /** The same, of a certificate that was read already. */
    public void heard(Identity who, long set, X509Certificate shown) {
        heard(who, set, Certificates.der(shown));
    }

    private void note(String name, long set, X509Certificate shown) {
        var role = Certificates.identity(shown).role();
        trust.anchor(shown)
                .map(anchor -> Certificates.keyid(anchor.issuer(role)))
                .map(issuer -> new Line(Certificates.generation(shown), set, issuer))
                .filter(line -> !line.equals(lines.put(name, line)))
                .ifPresent(_ -> changed = true);
    }

    /**
     * Brings what is new to the disk.
     *
     * @throws AuthorityException if it cannot be written
     */
    public void save() {
        if (!changed) {
            return;
        }
        changed = false;
        var text = new StringBuilder();
        new TreeMap<>(lines)
                .forEach((name, line) -> text.append(name).append(' ').append(line.text() + "\n"));
        try {
            AtomicFile.replace(file, Bytes.utf8(text.toString()));
        } catch (IOException e) {
            changed = true;
            throw StateFile.unwritable(file, e);
        }
    }
}
