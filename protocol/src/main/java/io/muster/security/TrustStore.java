package io.muster.security;

import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Role;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whom a fleet trusts: one root and its two issuers. The {@code operators} issuer makes operators
 * and nothing else; the {@code nodes} issuer, whose key may sit on a machine that is online, makes
 * nodes, brokers and hubs, and never somebody who may command.
 */
public final class TrustStore {
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
            return of(Pem.certificates(file));
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
     * somebody else, for another fleet, by the wrong issuer for its role, expired, or not sound.
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
            if (now.isBefore(leaf.getNotBefore().toInstant())) {
                return Optional.of("not valid before " + leaf.getNotBefore().toInstant());
            }
            if (!now.isBefore(leaf.getNotAfter().toInstant())) {
                return Optional.of("expired on " + leaf.getNotAfter().toInstant());
            }
            if (!Certificates.signedBy(leaf, issuerKey(identity.role()))) {
                return Optional.of("not issued by this fleet's " + issuerName(identity.role()));
            }
            return Optional.empty();
        } catch (MalformedException e) {
            return Optional.of(e.problem());
        }
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
