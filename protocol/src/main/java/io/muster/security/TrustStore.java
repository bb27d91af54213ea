package io.muster.security;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.MalformedException;
import io.muster.message.Role;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom a fleet trusts: one root and its two issuers. The {@code operators} issuer makes operators
 * and nothing else; the {@code nodes} issuer, whose key may sit on a machine that is online, makes
 * nodes, brokers and hubs, and never somebody who may command.
 */
public final class TrustStore {
    /** Its place among the key usages (RFC 5280, 4.2.1.3). */
    private static final int KEY_CERT_SIGN = 5;

    private final String fleet;
    private final X509Certificate root;
    private final X509Certificate operators;
    private final X509Certificate nodes;
    private final Ed25519PublicKey operatorsKey;
    private final Ed25519PublicKey nodesKey;

    /**
     * Checks the three against each other.
     *
     * @throws SecurityFileException if the root did not issue both, or they are not what they
     *     should be
     */
    public TrustStore(X509Certificate root, X509Certificate operators, X509Certificate nodes) {
        this.root = root;
        this.operators = operators;
        this.nodes = nodes;
        this.fleet = authority(root, "root");
        var rootKey = soundKey(root);
        check(root, rootKey, "root");
        check(operators, rootKey, "operators");
        check(nodes, rootKey, "nodes");
        this.operatorsKey = soundKey(operators);
        this.nodesKey = soundKey(nodes);
        if (operatorsKey.equals(nodesKey)) {
            throw new SecurityFileException("both issuers have the same key");
        }
    }

    /**
     * Reads root, {@code operators} and {@code nodes} issuer from one PEM file, in any order.
     *
     * @throws SecurityFileException if they are not there, or not sound
     */
    public static TrustStore load(Path file) {
        try {
            FileGuard.forThisProcess().trusted(file);
            return of(Pem.certificates(file));
        } catch (ConfigException e) {
            throw new SecurityFileException(String.valueOf(e.getMessage()), e);
        } catch (MalformedException e) {
            throw new SecurityFileException(file + ": " + e.problem(), e);
        }
    }

    /** As {@link #load}, from the certificates themselves. */
    public static TrustStore of(List<X509Certificate> certificates) {
        return new TrustStore(
                named(certificates, "root"),
                named(certificates, "operators"),
                named(certificates, "nodes"));
    }

    /** The name of the fleet. */
    public String fleet() {
        return fleet;
    }

    /** The root certificate, whose fingerprint join tokens pin. */
    public X509Certificate root() {
        return root;
    }

    /** The certificate of the issuer that makes this role. */
    public X509Certificate issuer(Role role) {
        return role == Role.OPERATOR ? operators : nodes;
    }

    /**
     * Which issuer's own certificate that is, and whether it may sign documents at that moment.
     *
     * @return nothing for every other certificate, and for an issuer that is out of its time
     */
    Optional<Signatory> signatory(Bytes certificate, Instant now) {
        return Stream.of(IssuerName.values())
                .filter(name -> Certificates.der(own(name)).equals(certificate))
                .filter(name -> outOfTime(own(name), now).isEmpty())
                .filter(_ -> outOfTime(root, now).isEmpty())
                .map(name -> new Signatory(name, own(name).equals(nodes) ? nodesKey : operatorsKey))
                .findFirst();
    }

    /** An issuer that signs a document itself. */
    record Signatory(IssuerName name, Ed25519PublicKey key) {}

    private X509Certificate own(IssuerName name) {
        return switch (name) {
            case OPERATORS -> operators;
            case NODES -> nodes;
        };
    }

    /** Until when the issuer of that role, and the root, are valid. */
    Instant end(Role role) {
        var issuer = issuer(role).getNotAfter().toInstant();
        var last = root.getNotAfter().toInstant();
        return issuer.isBefore(last) ? issuer : last;
    }

    /** Root and issuers, as they are stored and handed out. */
    public List<X509Certificate> certificates() {
        return List.of(root, operators, nodes);
    }

    /** The PEM text that {@link #load} reads. */
    public String pem() {
        return String.join("", certificates().stream().map(Pem::certificate).toList());
    }

    /**
     * Why a leaf certificate does not prove its identity at that moment, if it does not: issued by
     * somebody else, for another fleet, by the wrong issuer for its role, expired (or its issuer or
     * root is), or not sound.
     */
    public Optional<String> flaw(X509Certificate leaf, Instant now) {
        try {
            var identity = Certificates.identity(leaf);
            if (!identity.fleet().equals(fleet)) {
                return Optional.of("of the fleet " + identity.fleet() + ", not " + fleet);
            }
            var unsound = Certificates.unsoundLeaf(leaf);
            if (unsound.isPresent()) {
                return unsound;
            }
            var out = outOfTime(leaf, now);
            if (out.isPresent()) {
                return out;
            }
            if (!Certificates.signedBy(leaf, issuerKey(identity.role()))) {
                return Optional.of("not issued by this fleet's " + issuerName(identity.role()));
            }
            return outOfTime(issuer(identity.role()), now)
                    .map(why -> "its issuer is " + why)
                    .or(() -> outOfTime(root, now).map(why -> "the fleet's root is " + why));
        } catch (MalformedException e) {
            return Optional.of(e.problem());
        }
    }

    private static Optional<String> outOfTime(X509Certificate certificate, Instant now) {
        var from = certificate.getNotBefore().toInstant();
        var until = certificate.getNotAfter().toInstant();
        if (now.isBefore(from)) {
            return Optional.of("not valid before " + from);
        }
        return now.isBefore(until) ? Optional.empty() : Optional.of("expired on " + until);
    }

    /** The identity that a TLS chain proves at that moment; the leaf comes first. */
    public Optional<Identity> identify(X509Certificate[] chain, Instant now) {
        if (chain.length == 0 || flaw(chain[0], now).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(Certificates.identity(chain[0]));
    }

    private Ed25519PublicKey issuerKey(Role role) {
        return role == Role.OPERATOR ? operatorsKey : nodesKey;
    }

    private static String issuerName(Role role) {
        return role == Role.OPERATOR ? "operators issuer" : "nodes issuer";
    }

    private void check(X509Certificate issuer, Ed25519PublicKey rootKey, String name) {
        if (!authority(issuer, name).equals(fleet)) {
            throw new SecurityFileException("the " + name + " issuer is of another fleet");
        }
        if (issuer.getBasicConstraints() < 0 || !Certificates.signedBy(issuer, rootKey)) {
            throw new SecurityFileException("the " + name + " issuer is not of this root");
        }
        var usage = issuer.getKeyUsage();
        if (usage == null || !usage[KEY_CERT_SIGN]) {
            throw new SecurityFileException("the " + name + " issuer may not issue");
        }
    }

    private static Ed25519PublicKey soundKey(X509Certificate certificate) {
        return Ed25519PublicKey.of(
                Ed25519PublicKey.rawOfSpki(certificate.getPublicKey().getEncoded()));
    }

    private static String authority(X509Certificate certificate, String name) {
        var uri = Certificates.onlyUri(certificate);
        var end = "/issuer/" + name;
        if (!uri.startsWith("muster://") || !uri.endsWith(end)) {
            throw new MalformedException("not the " + name + " certificate");
        }
        return uri.substring("muster://".length(), uri.length() - end.length());
    }

    private static X509Certificate named(List<X509Certificate> certificates, String name) {
        return certificates.stream()
                .filter(c -> Certificates.onlyUri(c).endsWith("/issuer/" + name))
                .findFirst()
                .orElseThrow(() -> new MalformedException("holds no certificate of the " + name));
    }
}
