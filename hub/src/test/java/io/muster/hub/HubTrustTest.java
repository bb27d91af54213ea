package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Announcement;
import io.muster.message.Collective;
import io.muster.message.IssuerName;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.message.Standing;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Envelope;
import io.muster.security.Issuance.Issuer;
import io.muster.security.PayloadType;
import io.muster.security.Pem;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;
import io.muster.transport.jms.JmsTransport;
import io.muster.trust.LockBook;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The whole hub as a carrier of what the authority says. */
class HubTrustTest extends HubTrustStage {
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
