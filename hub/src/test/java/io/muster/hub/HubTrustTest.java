package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.hub.enrolment.AuthorityFiles;
import io.muster.hub.enrolment.Operators;
import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.IssuerName;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Standing;
import io.muster.message.Value.Fields;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Envelope;
import io.muster.security.Issuance.Issuer;
import io.muster.security.PayloadType;
import io.muster.security.Pem;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;
import io.muster.trust.Lock;
import io.muster.trust.LockBook;
import io.muster.trust.LockTarget;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The whole hub as a carrier of what the authority and operators say. */
class HubTrustTest {
    private static final InstantSource CLOCK = HubFixture.CLOCK;
    private static final Duration LIMIT = HubFixture.LIMIT;
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir private Path temporary;
    private HubFixture fleet;
    private Hub hub;
    private RevocationRegister register;

    @BeforeEach
    void start() {
        fleet = new HubFixture(temporary);
        register = new RevocationRegister(new AuthorityFiles(fleet.ca()), "test", CLOCK);
        hub = hub();
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private Hub hub(String... more) {
        var lines = new ArrayList<>(List.of(more));
        lines.add("documents = " + temporary.resolve("documents"));
        return fleet.start(fleet.config("state", lines.toArray(String[]::new))).orElseThrow();
    }

    private Operators operators() {
        return fleet.operators();
    }

    private Credentials operator(String name) {
        return fleet.operator(name);
    }

    private Credentials node(String id) throws InterruptedException {
        return fleet.join(hub, id).credentials();
    }

    private JmsConnectionConfig client(Credentials who) {
        return fleet.client(who, HubFixture.broker(hub));
    }

    private JmsTransport connect(Credentials who) {
        return fleet.connect(who, HubFixture.broker(hub));
    }

    private Queue<ConnectionState> watch(Credentials who) {
        var states = new ConcurrentLinkedQueue<ConnectionState>();
        fleet.keep(JmsTransport.open(client(who), states::add));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> states.stream().anyMatch(ConnectionState.Connected.class::isInstance));
        return states;
    }

    private static void awaitLoss(Queue<ConnectionState> states) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> states.stream().anyMatch(ConnectionState.Lost.class::isInstance));
    }

    private static Revoked revoked(Credentials who) {
        return new Revoked(
                who.identity(),
                Certificates.serial(who.certificate()),
                who.certificate().getNotAfter().toInstant(),
                "stolen");
    }

    private RevocationList publish(Credentials... stolen) {
        for (var who : stolen) {
            register.add(IssuerName.OPERATORS, revoked(who));
        }
        return operators().publish(register, WEEK);
    }

    /** What arrives, by type. */
    private static Queue<Envelope> listen(Transport transport, Destination destination) {
        var heard = new ConcurrentLinkedQueue<Envelope>();
        transport.subscribe(destination, message -> heard.add(Envelope.decode(message)));
        return heard;
    }

    private static Envelope await(Queue<Envelope> heard, PayloadType type) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> heard.stream().filter(e -> e.type() == type).findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static void announce(Transport transport, Credentials node, Standing standing) {
        var announcement =
                new Announcement(
                        node.identity(),
                        "web01.example",
                        List.of(Collective.MAIN),
                        Announcement.Kind.UP,
                        CLOCK.instant().toEpochMilli(),
                        CLOCK.instant(),
                        Duration.ofMinutes(1),
                        "boot",
                        "m-" + node.identity().name(),
                        "1",
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.of(Fields.EMPTY),
                        standing);
        transport.publishConfirmed(
                new Destination.Announcements(),
                node.signer().sign(PayloadType.ANNOUNCEMENT, announcement.encode()),
                CLOCK.instant().plusSeconds(60),
                LIMIT);
    }

    private Lock lock(Credentials by, String target) {
        return new Lock(
                RequestId.random(fleet.random()),
                "test",
                by.identity(),
                LockTarget.parse(target),
                "",
                Instant.ofEpochMilli(CLOCK.millis()),
                Optional.empty());
    }

    private static void say(Transport transport, Bytes document) {
        transport.publishConfirmed(
                new Destination.Hub(), document, CLOCK.instant().plusSeconds(60), LIMIT);
    }

    private static Bytes signed(Credentials by, Lock lock) {
        return by.signer().sign(PayloadType.LOCK, lock.encode());
    }

    private static Bytes release(Credentials by, Lock lock) {
        var release =
                new Release(
                        lock.id(),
                        "test",
                        Optional.of(by.identity()),
                        "",
                        Instant.ofEpochMilli(CLOCK.millis()));
        return by.signer().sign(PayloadType.RELEASE, release.encode());
    }

    @Test
    void aNewListClosesTheConnectionAndReachesTheNodes() throws Exception {
        var bob = operator("bob");
        var web = connect(node("web01"));
        var heard = listen(web, new Destination.Requests(Collective.MAIN));
        var states = watch(bob);
        var list = publish(bob);
        awaitLoss(states);
        assertThatThrownBy(() -> JmsTransport.connect(client(bob), Duration.ofSeconds(3)))
                .isInstanceOf(TransportException.class);
        assertThat(RevocationList.decode(await(heard, PayloadType.REVOCATION).payload()))
                .isEqualTo(list);
        connect(operator("alice"));
    }

    @Test
    void aNodeThatWasAwayIsSentWhatItLacksAndNoMore() throws Exception {
        var list = publish();
        var bundle = operators().publish(register, List.of(new PolicyBundle.Part(Map.of(), "{}")));
        var alice = operator("alice");
        var lock = lock(alice, "class:destructive");
        say(connect(alice), signed(alice, lock));
        var web01 = node("web01");
        var web = connect(web01);
        var heard = listen(web, new Destination.Node(new NodeId("web01")));
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(
                        () -> {
                            announce(web, web01, Standing.NONE);
                            assertThat(heard.stream().map(Envelope::type))
                                    .contains(
                                            PayloadType.REVOCATION,
                                            PayloadType.POLICY,
                                            PayloadType.LOCK);
                        });
        assertThat(PolicyBundle.decode(await(heard, PayloadType.POLICY).payload()))
                .isEqualTo(bundle);
        heard.clear();
        var digest = LockBook.EMPTY.with(lock, CLOCK.instant()).digest(CLOCK.instant());
        announce(web, web01, new Standing(new ListNumbers(list.number(), 1, 1), 0, digest));
        announce(web, web01, Standing.NONE);
        await(heard, PayloadType.LOCK);
        // What came answers the second announcement: the first lacked nothing.
        assertThat(heard.stream().filter(e -> e.type() == PayloadType.LOCK)).hasSize(1);
    }

    @Test
    void theHubKeepsAListOfNodesOfItsOwn() {
        assertThat(register.list(IssuerName.NODES)).isPresent();
        assertThat(register.list(IssuerName.OPERATORS)).isEmpty();
    }

    @Test
    void aRevokedNodeIsOutAndIsNotHeard() throws Exception {
        var web01 = node("web01");
        var states = watch(web01);
        register.add(IssuerName.NODES, revoked(web01));
        fleet.authority().publish(register, WEEK);
        awaitLoss(states);
        assertThatThrownBy(() -> JmsTransport.connect(client(web01), Duration.ofSeconds(3)))
                .isInstanceOf(TransportException.class);
        connect(node("web02"));
    }

    @Test
    void aLockClosesTheConnectionSurvivesARestartAndEndsWithItsRelease() throws Exception {
        var alice = operator("alice");
        var bob = operator("bob");
        var states = watch(bob);
        var lock = lock(alice, "operator/bob");
        say(connect(alice), signed(alice, lock));
        awaitLoss(states);
        awaitFiles(lock, true);
        fleet.close();
        hub = hub();
        assertThatThrownBy(() -> JmsTransport.connect(client(bob), Duration.ofSeconds(3)))
                .isInstanceOf(TransportException.class);
        var again = connect(alice);
        say(again, release(alice, lock));
        connect(bob);
        awaitFiles(lock, false);
        // The lock that was released does not come back, whoever repeats it.
        say(again, signed(alice, lock));
        connect(operator("carol"));
        JmsTransport.connect(client(bob), LIMIT).close();
    }

    /** An external broker reads what is kept. */
    private void awaitFiles(Lock lock, boolean locked) {
        for (var directory : List.of("state/documents", "documents")) {
            var documents = temporary.resolve(directory);
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    Files.exists(documents.resolve(lock.id() + ".lock")) == locked
                                            && Files.exists(
                                                            documents.resolve(
                                                                    lock.id() + ".release"))
                                                    != locked
                                            && Files.exists(documents.resolve("nodes.json")));
        }
    }

    @Test
    void whoMayNotLockHereClosesNoConnection() throws Exception {
        hub.close();
        hub = hub("lock-operators = operator/alice");
        var mallory = operator("mallory");
        var bob = operator("bob");
        var bobs = connect(bob);
        var malice = connect(mallory);
        say(malice, signed(mallory, lock(mallory, "operator/bob")));
        // A forgery in the name of who may, and a list that an operator made.
        var alice = operator("alice");
        say(malice, signed(mallory, lock(alice, "operator/bob")));
        var list =
                new RevocationList(
                        "test",
                        IssuerName.OPERATORS,
                        99,
                        CLOCK.instant(),
                        CLOCK.instant().plus(WEEK),
                        List.of(revoked(bob)));
        say(malice, mallory.signer().sign(PayloadType.REVOCATION, list.encode()));
        var lock = lock(alice, "operator/mallory");
        say(connect(alice), signed(alice, lock));
        // Alice's word has arrived, and so had everything before it.
        Awaitility.await().atMost(LIMIT).until(() -> !malice.connected());
        assertThat(bobs.connected()).isTrue();
        assertThat(register.list(IssuerName.OPERATORS)).isEmpty();
    }

    @Test
    void theAuthorityUndoesWhatAThiefLocked() throws Exception {
        var thief = operator("thief");
        var alice = operator("alice");
        var lock = lock(thief, "operator/alice");
        var states = watch(alice);
        say(connect(thief), signed(thief, lock));
        awaitLoss(states);
        publish(thief);
        operators().release(register, lock.id(), "thief");
        Awaitility.await()
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(TransportException.class)
                .until(() -> connect(alice) != null);
        assertThatThrownBy(() -> JmsTransport.connect(client(thief), Duration.ofSeconds(3)))
                .isInstanceOf(TransportException.class);
    }

    @Test
    void aListMadeElsewhereArrivesOverTheBusAndIsKept() throws Exception {
        var alice = operator("alice");
        var list =
                new RevocationList(
                        "test",
                        IssuerName.OPERATORS,
                        7,
                        Instant.ofEpochMilli(CLOCK.millis()),
                        Instant.ofEpochMilli(CLOCK.millis()).plus(WEEK),
                        List.of());
        var issuer =
                new Issuer(
                        Pem.key(fleet.ca().resolve("operators/operators.key")),
                        alice.trust().issuer(Role.OPERATOR));
        say(connect(alice), Documents.sign(issuer, PayloadType.REVOCATION, list.encode()));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> register.list(IssuerName.OPERATORS).isPresent());
        assertThat(register.list(IssuerName.OPERATORS)).contains(list);
    }
}
