package io.muster.hub.enrolment;

import io.muster.hub.enrolment.Confirmations.Line;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Role;
import io.muster.security.Anchor;
import io.muster.security.Certificates;
import io.muster.security.Pem;
import io.muster.security.TrustStore;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.TrustSet;

import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who has not confirmed the present step of a change of the authority, as far as is known here. */
final class Laggards {
    private final AuthorityFiles files;
    private final TrustStore trust;
    private final RevocationRegister register;
    private final InstantSource clock;
    private final Map<String, Line> confirmed;
    private final long set;

    Laggards(
            AuthorityFiles files,
            TrustStore trust,
            RevocationRegister register,
            InstantSource clock) {
        this.files = files;
        this.trust = trust;
        this.register = register;
        this.clock = clock;
        this.confirmed = Confirmations.read(files);
        this.set = register.set().map(TrustSet::number).orElse(0L);
    }

    /** Nodes that do not go by the newest set. */
    List<Laggard> nodesBehind() {
        return nodes(line -> line.set() < set ? goesBy(line) : "");
    }

    /** Nodes that do not, or still show a certificate of another authority than the first. */
    List<Laggard> nodesNotOver() {
        var first = keyid(first(), Role.NODE);
        return nodes(
                line -> {
                    // Who joined meanwhile trusts the first alone, and cannot check a set that
                    // another root signed.
                    var joined = line.set() == 0 && line.issuer().equals(first);
                    if (line.set() < set && !joined) {
                        return goesBy(line);
                    }
                    return line.issuer().equals(first) ? "" : "shows its old certificate";
                });
    }

    private static String goesBy(Line line) {
        return line.set() == 0 ? "has not confirmed any set" : "goes by set " + line.set();
    }

    private interface Reason {
        /** Why it lags behind; empty if it does not. */
        String of(Line line);
    }

    private List<Laggard> nodes(Reason reason) {
        var behind = new ArrayList<Laggard>();
        for (var node : new Register(files).all()) {
            if (node.ended().isPresent()) {
                continue;
            }
            var name = Identity.node(trust.fleet(), node.id()).brief();
            var line =
                    Optional.ofNullable(confirmed.get(name))
                            .filter(l -> l.generation() == node.generation());
            var why = line.map(reason::of).orElse("has not confirmed any set");
            if (!why.isEmpty()) {
                behind.add(new Laggard(name, why));
            }
        }
        return behind;
    }

    /** Hub and broker, if they still show a certificate of another authority than the first. */
    List<Laggard> serversNotOver() {
        var behind = new ArrayList<Laggard>();
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            var name = role.word() + "/main";
            var stored = Pem.certificates(files.hub().resolve(role.word() + ".crt")).getFirst();
            var line = Optional.ofNullable(confirmed.get(name));
            if (!trust.current(stored)) {
                behind.add(new Laggard(name, "has its old certificate: muster ca change use"));
            } else if (line.filter(l -> !l.issuer().equals(keyid(first(), role))).isPresent()) {
                behind.add(new Laggard(name, "shows its old certificate: is muster hub running?"));
            }
        }
        return behind;
    }

    /** Operators whose newest certificate came with an older set: their trust.pem may be old. */
    List<Laggard> operatorsBehind() {
        return newest().stream()
                .filter(e -> e.set() < set)
                .map(e -> laggard(e.certificate(), "does not know the new authority"))
                .toList();
    }

    /** Operators whose newest certificate is of another authority than the first. */
    List<Laggard> operatorsNotOver() {
        return newest().stream()
                .filter(e -> !trust.current(e.certificate()))
                .map(e -> laggard(e.certificate(), "has a certificate of the old authority"))
                .toList();
    }

    private static Laggard laggard(X509Certificate certificate, String why) {
        return new Laggard(
                Certificates.identity(certificate).brief(),
                why + ", valid until " + certificate.getNotAfter().toInstant());
    }

    /** The newest of each key that is neither expired nor revoked. */
    private List<IssuedToOperators.Entry> newest() {
        if (!Files.isDirectory(files.operators())) {
            throw new AuthorityException(
                    files.operators()
                            + " is not here, and with it who commands: bring back the issuer of"
                            + " operators, and try again");
        }
        var revoked = register.entries(IssuerName.OPERATORS);
        var byKey = new LinkedHashMap<String, IssuedToOperators.Entry>();
        for (var entry : new IssuedToOperators(files).unexpired(clock.instant())) {
            if (revoked.stream().noneMatch(r -> concerns(r, entry.certificate()))) {
                byKey.merge(
                        Certificates.keyFingerprint(entry.certificate()),
                        entry,
                        (a, b) -> later(a, b) ? a : b);
            }
        }
        return List.copyOf(byKey.values());
    }

    private static boolean later(IssuedToOperators.Entry a, IssuedToOperators.Entry b) {
        return a.set() != b.set() ? a.set() > b.set() : made(a).isAfter(made(b));
    }

    private static Instant made(IssuedToOperators.Entry entry) {
        return entry.certificate().getNotBefore().toInstant();
    }

    private static boolean concerns(Revoked entry, X509Certificate certificate) {
        return entry.serial().equals(Certificates.serial(certificate))
                && entry.identity().equals(Certificates.identity(certificate));
    }

    private Anchor first() {
        return trust.anchors().getFirst();
    }

    private static String keyid(Anchor anchor, Role role) {
        return Certificates.keyid(anchor.issuer(role));
    }
}
