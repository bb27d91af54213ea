package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.Series;
import io.muster.trust.TrustSet;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A fleet's authority with fresh keys, for tests: issues whatever a test needs, good or bad. */
public final class TestFleet {
    private static final Duration YEAR = Duration.ofDays(365);

    private final SecureRandom random = new SecureRandom();
    private final Issuance issuance = new Issuance(random);
    private final String name;
    private final Instant now;
    private final Issuance.Issuer root;
    private final Issuance.Issuer operators;
    private final Issuance.Issuer nodes;
    private final TrustStore trust;

    public TestFleet(String name, Instant now) {
        this(name, now, Series.FOUNDING, Optional.empty());
    }

    private TestFleet(String name, Instant now, Series series, Optional<Issuance.Issuer> root) {
        this.name = name;
        this.now = now;
        this.root = root.orElseGet(() -> issuance.root(name, now, YEAR));
        this.operators = issuance.issuer(this.root, name, "operators", series, now, YEAR);
        this.nodes = issuance.issuer(this.root, name, "nodes", series, now, YEAR);
        this.trust =
                new TrustStore(
                        this.root.certificate(), operators.certificate(), nodes.certificate());
    }

    /** A fleet called {@code test}, valid around now. */
    public static TestFleet create() {
        return new TestFleet("test", Instant.now());
    }

    /** Another authority of the same fleet, as the next trust set brings one in. */
    public TestFleet successor() {
        return new TestFleet(name, now, next(), Optional.empty());
    }

    /** Other issuers under the same root, as the next trust set brings them in. */
    public TestFleet reissued() {
        return new TestFleet(name, now, next(), Optional.of(root));
    }

    private Series next() {
        return new Series(anchor().series().number() + 1);
    }

    /** Trusts the authorities of that set. */
    public static TrustStore trusting(TrustSet set) {
        var store = new TrustStore(TrustStore.anchorsOf(set));
        store.replace(set);
        return store;
    }

    /** Trusts these authorities, the first being in use; a store of its own. */
    public static TrustStore trusting(TestFleet... authorities) {
        return new TrustStore(Stream.of(authorities).map(TestFleet::anchor).toList());
    }

    /** A trust set with these authorities, the first being in use. */
    public static TrustSet set(long number, TestFleet... authorities) {
        return new TrustSet(
                authorities[0].name,
                number,
                authorities[0].now.truncatedTo(ChronoUnit.MILLIS),
                Stream.of(authorities).map(fleet -> fleet.anchor().stated()).toList());
    }

    /** That set as this authority's root signs it. */
    public Bytes signed(TrustSet set) {
        return Documents.sign(root, PayloadType.TRUST, set.encode());
    }

    /** A revocation list as that issuer signs it, good for a day; numbered within its series. */
    public Bytes list(IssuerName issuer, long number, Credentials... revoked) {
        var issued = now.truncatedTo(ChronoUnit.MILLIS);
        var entries =
                Stream.of(revoked)
                        .map(
                                who ->
                                        new Revoked(
                                                who.identity(),
                                                Certificates.serial(who.certificate()),
                                                who.certificate().getNotAfter().toInstant(),
                                                "stolen"))
                        .toList();
        var list =
                new RevocationList(
                        name,
                        issuer,
                        anchor().series().number() * Series.SIZE + number,
                        issued,
                        issued.plus(Duration.ofDays(1)),
                        entries);
        return Documents.sign(
                issuer == IssuerName.OPERATORS ? operators : nodes,
                PayloadType.REVOCATION,
                list.encode());
    }

    public Issuance.Issuer rootIssuer() {
        return root;
    }

    public Anchor anchor() {
        return new Anchor(root.certificate(), operators.certificate(), nodes.certificate());
    }

    public String name() {
        return name;
    }

    public TrustStore trust() {
        return trust;
    }

    public Issuance.Issuer operatorsIssuer() {
        return operators;
    }

    public Issuance.Issuer nodesIssuer() {
        return nodes;
    }

    public Credentials node(String id) {
        return credentials(nodes, Identity.node(name, new NodeId(id)), YEAR);
    }

    /** With that attested of it. */
    public Credentials node(String id, Map<String, String> attributes) {
        return credentials(nodes, Identity.node(name, new NodeId(id)), attributes, YEAR);
    }

    /** With that attested of them. */
    public Credentials operator(String person, Map<String, String> attributes) {
        return credentials(operators, new Identity(name, Role.OPERATOR, person), attributes, YEAR);
    }

    public Credentials operator(String person) {
        return credentials(operators, new Identity(name, Role.OPERATOR, person), YEAR);
    }

    /** Another operator's certificate for a key that somebody has already. */
    public Credentials sameKey(Credentials holder, String person) {
        var certificate =
                issuance.leaf(
                        operators,
                        new Identity(name, Role.OPERATOR, person),
                        holder.key().publicKey(),
                        List.of(),
                        now,
                        YEAR);
        return new Credentials(holder.key(), certificate, trust);
    }

    /** A broker that may serve on this machine. */
    public Credentials broker() {
        return credentials(nodes, new Identity(name, Role.BROKER, "broker"), YEAR);
    }

    public Credentials hub() {
        return credentials(nodes, new Identity(name, Role.HUB, "hub"), YEAR);
    }

    /** Whatever: any issuer, any identity, any validity. */
    public Credentials credentials(Issuance.Issuer issuer, Identity identity, Duration validity) {
        return credentials(issuer, identity, Map.of(), validity);
    }

    private Credentials credentials(
            Issuance.Issuer issuer,
            Identity identity,
            Map<String, String> attributes,
            Duration validity) {
        var key = Ed25519Key.generate(random);
        var certificate =
                issuance.leaf(
                        issuer,
                        Leaf.of(identity, key.publicKey())
                                .serving(List.of("localhost", "127.0.0.1"))
                                .attested(new Attributes(new TreeMap<>(attributes)), 1)
                                .sealedTo(Optional.of(key.sealing().publicKey())),
                        now,
                        validity);
        return new Credentials(key, certificate, trust);
    }
}
