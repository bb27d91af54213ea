package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.trust.Series;
import io.muster.trust.TrustSet;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One root and its two issuers. The {@code operators} issuer makes operators and nothing else; the
 * {@code nodes} issuer, whose key may sit on a machine that is online, makes nodes, brokers and
 * hubs, and never somebody who may command. A fleet goes by one anchor, and by two while its
 * authority is changed.
 */
public final class Anchor {
    /** How many certificates it is made of. */
    static final int SIZE = 3;

    /** Its place among the key usages (RFC 5280, 4.2.1.3). */
    private static final int KEY_CERT_SIGN = 5;

    private final String fleet;
    private final X509Certificate root;
    private final X509Certificate operators;
    private final X509Certificate nodes;
    private final Ed25519PublicKey rootKey;
    private final Ed25519PublicKey operatorsKey;
    private final Ed25519PublicKey nodesKey;
    private final Series series;

    /**
     * Checks the three against each other.
     *
     * @throws SecurityFileException if the root did not issue both, or they are not what they
     *     should be
     */
    public Anchor(X509Certificate root, X509Certificate operators, X509Certificate nodes) {
        this.root = root;
        this.operators = operators;
        this.nodes = nodes;
        this.fleet = fleet(root, "root");
        this.rootKey = soundKey(root);
        check(root, "root");
        check(operators, "operators");
        check(nodes, "nodes");
        this.operatorsKey = soundKey(operators);
        this.nodesKey = soundKey(nodes);
        if (operatorsKey.equals(nodesKey)) {
            throw new SecurityFileException("both issuers have the same key");
        }
        this.series = Certificates.series(operators);
        if (!series.equals(Certificates.series(nodes))) {
            throw new SecurityFileException("the issuers are of different series");
        }
    }

    /**
     * Of three certificates, in any order.
     *
     * @throws MalformedException if one is missing
     * @throws SecurityFileException as the constructor
     */
    static Anchor of(List<X509Certificate> certificates) {
        return new Anchor(
                named(certificates, "root"),
                named(certificates, "operators"),
                named(certificates, "nodes"));
    }

    /**
     * As a trust set states it.
     *
     * @throws MalformedException if a certificate cannot be read
     * @throws SecurityFileException as the constructor
     */
    static Anchor of(TrustSet.Authority stated) {
        return new Anchor(
                Certificates.parse(stated.root()),
                Certificates.parse(stated.operators()),
                Certificates.parse(stated.nodes()));
    }

    /** As trust sets state it. */
    public TrustSet.Authority stated() {
        return new TrustSet.Authority(
                Certificates.der(root), Certificates.der(operators), Certificates.der(nodes));
    }

    /** The name of the fleet. */
    public String fleet() {
        return fleet;
    }

    /** The root certificate. */
    public X509Certificate root() {
        return root;
    }

    /** The certificate of the issuer that makes this role. */
    public X509Certificate issuer(Role role) {
        return role == Role.OPERATOR ? operators : nodes;
    }

    /** The series in which its issuers number documents: which trust set brought them in. */
    public Series series() {
        return series;
    }

    /** Root and issuers, as they are stored and handed out. */
    public List<X509Certificate> certificates() {
        return List.of(root, operators, nodes);
    }

    /** Whether its issuer for such holders signed that leaf. */
    public boolean issued(X509Certificate leaf) {
        var role = Certificates.identity(leaf).role();
        return Certificates.signedBy(leaf, role == Role.OPERATOR ? operatorsKey : nodesKey);
    }

    /** Why its certificates for that role do not count at that moment, if they do not. */
    Optional<String> outOfTime(Role role, Instant now) {
        return outOfTime(issuer(role), now)
                .map(why -> "its issuer is " + why)
                .or(() -> outOfTime(root, now).map(why -> "the fleet's root is " + why));
    }

    static Optional<String> outOfTime(X509Certificate certificate, Instant now) {
        var from = certificate.getNotBefore().toInstant();
        var until = certificate.getNotAfter().toInstant();
        if (now.isBefore(from)) {
            return Optional.of("not valid before " + from);
        }
        return now.isBefore(until) ? Optional.empty() : Optional.of("expired on " + until);
    }

    /** Until when the issuer of that role, and the root, are valid. */
    Instant end(Role role) {
        var issuer = issuer(role).getNotAfter().toInstant();
        var last = root.getNotAfter().toInstant();
        return issuer.isBefore(last) ? issuer : last;
    }

    /** An issuer that signs a document itself. */
    record Signatory(IssuerName name, Ed25519PublicKey key, Series series) {}

    /** Which issuer's own certificate that is, if it may sign documents at that moment. */
    Optional<Signatory> signatory(Bytes certificate, Instant now) {
        return Stream.of(IssuerName.values())
                .filter(name -> Certificates.der(own(name)).equals(certificate))
                .filter(name -> outOfTime(own(name), now).isEmpty())
                .filter(_ -> outOfTime(root, now).isEmpty())
                .map(name -> new Signatory(name, key(name), series))
                .findFirst();
    }

    /** The root's key, if that is its own certificate and it is valid at that moment. */
    Optional<Ed25519PublicKey> rootKey(Bytes certificate, Instant now) {
        return Certificates.der(root).equals(certificate) && outOfTime(root, now).isEmpty()
                ? Optional.of(rootKey)
                : Optional.empty();
    }

    private Ed25519PublicKey key(IssuerName name) {
        return switch (name) {
            case OPERATORS -> operatorsKey;
            case NODES -> nodesKey;
        };
    }

    private X509Certificate own(IssuerName name) {
        return switch (name) {
            case OPERATORS -> operators;
            case NODES -> nodes;
        };
    }

    private void check(X509Certificate issuer, String name) {
        if (!fleet(issuer, name).equals(fleet)) {
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

    private static String fleet(X509Certificate certificate, String name) {
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

    @Override
    public boolean equals(Object other) {
        return other instanceof Anchor anchor && certificates().equals(anchor.certificates());
    }

    @Override
    public int hashCode() {
        return Objects.hash(root, operators, nodes);
    }
}
