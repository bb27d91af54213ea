package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.filter.FactPath;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Collections;
import java.util.Set;

class PresenceServiceTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final NodeId WEB01 = new NodeId("web01");

    private final Presence presence = new Presence(PresenceTimes.DEFAULT, 100);
    private Instant now = NOON;
    private final PresenceService service =
            new PresenceService(
                    new Verifier(FLEET.trust(), () -> now),
                    presence,
                    _ -> Set.of(Collective.MAIN),
                    this::now);
    private boolean clockIsBroken;

    private Instant now() {
        if (clockIsBroken) {
            throw new IllegalStateException("no time");
        }
        return now;
    }

    private static Bytes signed(Credentials by, Said said) {
        return by.signer().sign(PayloadType.ANNOUNCEMENT, said.announcement().encode());
    }

    @Test
    void aNodesOwnAnnouncementCounts() {
        service.receive(signed(FLEET.node("web01"), Said.up("web01", 1, now)));
        assertThat(presence.state(WEB01, now)).contains(NodeState.UP);
        assertThat(service.refused()).isZero();
    }

    @Test
    void theCertificateOfWhoSpokeLastIsKept() {
        var first = FLEET.node("web01");
        service.receive(signed(first, Said.up("web01", 1, now)));
        assertThat(presence.certificate(WEB01)).contains(Certificates.der(first.certificate()));
        now = now.plusSeconds(1);
        var renewed = FLEET.node("web01");
        service.receive(signed(renewed, Said.up("web01", 2, now)));
        assertThat(presence.certificate(WEB01)).contains(Certificates.der(renewed.certificate()));
        service.receive(signed(first, Said.up("web01", 1, now.minusSeconds(1))));
        assertThat(presence.certificate(WEB01)).contains(Certificates.der(renewed.certificate()));
    }

    @Test
    void nobodySpeaksForAnother() {
        service.receive(signed(FLEET.node("web02"), Said.up("web01", 1, now)));
        service.receive(signed(FLEET.operator("alice"), Said.up("web01", 1, now)));
        service.receive(signed(FLEET.hub(), Said.up("web01", 1, now)));
        service.receive(
                signed(new TestFleet("test", NOON).node("web01"), Said.up("web01", 1, now)));
        assertThat(presence.size()).isZero();
        assertThat(service.refused()).isEqualTo(4);
    }

    @Test
    void garbageAndOtherPayloadsAreCountedAndDoNoHarm() {
        var node = FLEET.node("web01");
        service.receive(Bytes.utf8("hello"));
        service.receive(node.signer().sign(PayloadType.ANNOUNCEMENT, Bytes.utf8("{}")));
        service.receive(
                node.signer()
                        .sign(PayloadType.REPLY, Said.up("web01", 1, now).announcement().encode()));
        var message = signed(node, Said.up("web01", 1, now)).toArray();
        message[message.length / 2] ^= 1;
        service.receive(Bytes.wrap(message));
        assertThat(presence.size()).isZero();
        assertThat(service.refused()).isEqualTo(4);
    }

    @Test
    void aRecordedAnnouncementDoesNotRaiseTheDead() {
        var recorded = signed(FLEET.node("web01"), Said.up("web01", 1, now));
        service.receive(recorded);
        now = now.plusSeconds(180);
        service.receive(recorded);
        assertThat(presence.state(WEB01, now)).contains(NodeState.DOWN);
        assertThat(service.late()).isEqualTo(1);
    }

    @Test
    void aNodeThatMakesItsNameHugeIsNotTakenIn() {
        var said = Said.up("web01", 1, now).machine("m".repeat(60_000));
        service.receive(signed(FLEET.node("web01"), said));
        assertThat(presence.size()).isZero();
        assertThat(service.refused()).isEqualTo(1);
    }

    @Test
    void factsOutOfAllProportionAreNotKeptButTheNodeIs() {
        var huge =
                Fields.EMPTY.with("list", Value.texts(Collections.nCopies(6000, "x".repeat(30))));
        service.receive(signed(FLEET.node("web01"), Said.up("web01", 1, now).facts(huge)));
        assertThat(presence.state(WEB01, now)).contains(NodeState.UP);
        assertThat(presence.of(WEB01).orElseThrow().factsKnown()).isFalse();
    }

    @Test
    void equalFactsOfManyNodesAreKeptOnce() {
        for (var id : new String[] {"web01", "web02"}) {
            var facts = Fields.EMPTY.with("os", Fields.EMPTY.with("family", "Debian"));
            service.receive(signed(FLEET.node(id), Said.up(id, 1, now).facts(facts)));
        }
        assertThat(family("web01")).isSameAs(family("web02"));
    }

    private Value family(String id) {
        return FactPath.of("os.family")
                .in(presence.of(new NodeId(id)).orElseThrow().subject().facts())
                .orElseThrow();
    }

    @Test
    void aNodeIsInNoCollectiveThatItIsNotIn() {
        var strict =
                new PresenceService(
                        new Verifier(FLEET.trust(), () -> now),
                        presence,
                        id -> id.equals(WEB01) ? Set.of(new Collective("dr")) : Set.of(),
                        () -> now);
        strict.receive(signed(FLEET.node("web01"), Said.up("web01", 1, now)));
        assertThat(presence.of(WEB01).orElseThrow().last().orElseThrow().collectives()).isEmpty();
        service.receive(signed(FLEET.node("web01"), Said.up("web01", 2, now.plusSeconds(1))));
        assertThat(presence.of(WEB01).orElseThrow().last().orElseThrow().collectives())
                .containsExactly(Collective.MAIN);
    }

    @Test
    void aMessageThatMakesItFailIsCountedAndForgotten() {
        clockIsBroken = true;
        service.receive(signed(FLEET.node("web01"), Said.up("web01", 1, now)));
        assertThat(service.refused()).isEqualTo(1);
        clockIsBroken = false;
        service.receive(signed(FLEET.node("web01"), Said.up("web01", 2, now)));
        assertThat(presence.state(WEB01, now)).contains(NodeState.UP);
    }

    @Test
    void sweepingForgetsAndDoesNotFail() {
        service.receive(signed(FLEET.node("web01"), Said.up("web01", 1, now)));
        service.sweep();
        now = now.plus(PresenceTimes.DEFAULT.forget()).plusSeconds(180);
        service.sweep();
        assertThat(presence.size()).isZero();
        service.sweep();
    }
}
