package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.registry.Entry;
import io.muster.hub.registry.Entry.Moment;
import io.muster.message.Announcement.Kind;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.IssuerName;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class RestorationTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final NodeId WEB01 = new NodeId("web01");
    private static final Fields FACTS = Fields.EMPTY.with("role", "web");

    private final Credentials node = FLEET.node("web01");
    private final Presence presence = new Presence(PresenceTimes.DEFAULT, 100);
    private final List<String> told = new ArrayList<>();
    private Instant now = NOON;

    private Restoration from(boolean own) {
        if (own) {
            presence.expect(WEB01, "web01", now);
        }
        var intake =
                new Intake(new Verifier(FLEET.trust(), () -> now), _ -> Set.of(Collective.MAIN));
        return new Restoration(
                intake, presence, () -> now, own, said -> told.add(said.node().name()));
    }

    private static Bytes signed(Credentials by, Said said) {
        return by.signer().sign(PayloadType.ANNOUNCEMENT, said.announcement().encode());
    }

    private Entry entry(Instant heard, Bytes last, Optional<Bytes> facts) {
        return new Entry(WEB01, new Moment(heard, heard, heard, 1), false, last, facts);
    }

    private Entry heardAt(Instant heard) {
        return entry(heard, signed(node, Said.up("web01", 1, heard)), Optional.empty());
    }

    private NodeState state() {
        return presence.state(WEB01, now).orElseThrow();
    }

    @Test
    void whoWasHeardIsKnownAsTheTimesSayAndNobodyIsUpWrongly() {
        for (var each :
                List.of(
                        new Times(Duration.ofSeconds(20), NodeState.UP),
                        new Times(Duration.ofSeconds(119), NodeState.UP),
                        new Times(Duration.ofSeconds(120), NodeState.SUSPECT),
                        new Times(Duration.ofSeconds(180), NodeState.DOWN),
                        new Times(Duration.ofDays(2), NodeState.DOWN))) {
            presence.forget(WEB01);
            now = NOON;
            assertThat(from(true).restore(heardAt(NOON.minus(each.ago())))).isTrue();
            assertThat(state()).as(each.toString()).isEqualTo(each.state());
        }
    }

    private record Times(Duration ago, NodeState state) {}

    @Test
    void factsAndTheCertificateComeBackToo() {
        var facts = signed(node, Said.up("web01", 1, NOON.minusSeconds(90)).facts(FACTS));
        var last = signed(node, Said.up("web01", 2, NOON.minusSeconds(30)));
        from(true).restore(entry(NOON.minusSeconds(30), last, Optional.of(facts)));
        var sighting = presence.of(WEB01).orElseThrow();
        assertThat(sighting.subject().facts()).isEqualTo(FACTS);
        assertThat(sighting.factsKnown()).isTrue();
        assertThat(sighting.subject().actions()).isNotEmpty();
        assertThat(presence.certificate(WEB01)).contains(Certificates.der(node.certificate()));
    }

    @Test
    void whatWasSaidLastIsWhatItIs() {
        var left = Said.up("web01", 1, NOON.minusSeconds(600)).kind(Kind.LEAVING);
        from(true).restore(entry(NOON.minusSeconds(600), signed(node, left), Optional.empty()));
        assertThat(state()).isEqualTo(NodeState.LEFT);
        presence.forget(WEB01);
        var reboots = Said.up("web01", 1, NOON.minusSeconds(300)).kind(Kind.REBOOTING);
        from(true).restore(entry(NOON.minusSeconds(300), signed(node, reboots), Optional.empty()));
        assertThat(state()).isEqualTo(NodeState.REBOOTING);
        now = NOON.plusSeconds(300);
        assertThat(state()).isEqualTo(NodeState.DOWN);
    }

    @Test
    void nothingCountsThatTheNodeDidNotSign() {
        var forged = signed(FLEET.node("web02"), Said.up("web01", 1, NOON));
        assertThat(from(false).restore(entry(NOON, forged, Optional.empty()))).isFalse();
        var others = signed(FLEET.node("web02"), Said.up("web02", 1, NOON));
        assertThat(from(false).restore(entry(NOON, others, Optional.empty()))).isFalse();
        var stranger = signed(new TestFleet("test", NOON).node("web01"), Said.up("web01", 1, NOON));
        assertThat(from(false).restore(entry(NOON, stranger, Optional.empty()))).isFalse();
        assertThat(from(false).restore(entry(NOON, Bytes.utf8("?"), Optional.empty()))).isFalse();
        from(false).news(entry(NOON, forged, Optional.of(stranger)));
        assertThat(presence.size()).isZero();
        var lies = signed(FLEET.node("web02"), Said.up("web01", 1, NOON).facts(FACTS));
        from(false)
                .restore(entry(NOON, signed(node, Said.up("web01", 1, NOON)), Optional.of(lies)));
        assertThat(presence.of(WEB01).orElseThrow().factsKnown()).isFalse();
    }

    @Test
    void whoCanWriteTheRegistryMakesNobodyLookPresent() {
        var old = signed(node, Said.up("web01", 1, NOON.minusSeconds(600)));
        from(false).restore(entry(NOON, old, Optional.empty()));
        assertThat(state()).isEqualTo(NodeState.DOWN);
        from(false).news(entry(NOON.plusSeconds(1), old, Optional.empty()));
        assertThat(state()).isEqualTo(NodeState.DOWN);
        assertThat(told).isEmpty();
        var future = entry(NOON.plus(Duration.ofDays(9)), old, Optional.empty());
        from(true).restore(future);
        assertThat(presence.of(WEB01).orElseThrow().heard()).isBeforeOrEqualTo(NOON);
    }

    @Test
    void aClockThatIsSlowIsAllowedForOnceTheNodeWasHeardHere() {
        var slow = Duration.ofMinutes(10);
        var minute = Duration.ofMinutes(1);
        from(false).news(entry(now, signed(node, said(1, slow)), Optional.empty()));
        assertThat(state()).as("never heard here").isEqualTo(NodeState.DOWN);
        now = now.plus(minute);
        presence.hear(said(2, slow).announcement(), now);
        assertThat(state()).isEqualTo(NodeState.SUSPECT);
        for (int i = 3; i < 20; i++) {
            now = now.plus(minute);
            from(false).news(entry(now, signed(node, said(i, slow)), Optional.empty()));
            assertThat(presence.of(WEB01).orElseThrow().heard()).isEqualTo(now);
        }
        var last = presence.of(WEB01).orElseThrow().heard();
        var held = signed(node, said(20, slow));
        now = now.plus(minute.multipliedBy(9));
        from(false).news(entry(now, held, Optional.empty()));
        assertThat(presence.of(WEB01).orElseThrow().heard())
                .as("handed out late, it counts from when it was said")
                .isBeforeOrEqualTo(last.plus(minute));
    }

    private Said said(long sequence, Duration slow) {
        return Said.up("web01", sequence, NOON.plus(Duration.ofMinutes(sequence - 1)).minus(slow));
    }

    @Test
    void ofAnOwnRegistryTheMomentCountsThoughTheEnvelopeIsOlder() {
        var old = signed(node, Said.up("web01", 1, NOON.minusSeconds(3_600)));
        var moment =
                new Moment(
                        NOON.minusSeconds(10), NOON.minusSeconds(3_600), NOON.minusSeconds(11), 61);
        from(true).restore(new Entry(WEB01, moment, false, old, Optional.empty()));
        assertThat(state()).isEqualTo(NodeState.UP);
        var sighting = presence.of(WEB01).orElseThrow();
        assertThat(sighting.since(now, PresenceTimes.DEFAULT)).isEqualTo(NOON.minusSeconds(3_600));
        assertThat(sighting.last().orElseThrow().sequence()).isEqualTo(61);
        presence.hear(Said.up("web01", 60, NOON.minusSeconds(70)).announcement(), now);
        assertThat(presence.of(WEB01).orElseThrow().heard()).isEqualTo(NOON.minusSeconds(10));
    }

    @Test
    void whoseCertificateIsNotGoodTodayIsNotBroughtBackByAnOwnRegistry() {
        var revocations = new Revocations();
        var verifier = new Verifier(FLEET.trust(), revocations, () -> now);
        var intake = new Intake(verifier, _ -> Set.of(Collective.MAIN));
        var hub = new Restoration(intake, presence, () -> now, true, _ -> {});
        assertThat(hub.restore(heardAt(NOON))).as("good, and not in the register").isTrue();
        presence.forget(WEB01);
        revocations.take(
                RevocationList.decode(
                        Envelope.decode(FLEET.list(IssuerName.NODES, 1, node)).payload()));
        assertThat(hub.restore(heardAt(NOON))).as("revoked").isFalse();
        now = NOON.plus(Duration.ofDays(400));
        var other = FLEET.node("web01");
        var said = signed(other, Said.up("web01", 1, NOON));
        assertThat(hub.restore(entry(NOON, said, Optional.empty()))).as("expired").isFalse();
        assertThat(presence.size()).isZero();
    }

    @Test
    void anOwnRegistryThatIsMixedUpIsLeftOut() {
        var others = signed(FLEET.node("web02"), Said.up("web02", 1, NOON));
        assertThat(from(true).restore(entry(NOON, others, Optional.empty()))).isFalse();
        assertThat(from(true).restore(entry(NOON, Bytes.utf8("?"), Optional.empty()))).isFalse();
        assertThat(state()).isEqualTo(NodeState.JOINING);
    }

    @Test
    void whatWasHeardHereIsNotReplacedByWhatIsOlder() {
        presence.hear(Said.up("web01", 2, NOON).announcement(), NOON);
        var old = signed(node, Said.up("web01", 1, NOON.minusSeconds(60)).facts(FACTS));
        from(true).restore(entry(NOON.minusSeconds(60), old, Optional.of(old)));
        var sighting = presence.of(WEB01).orElseThrow();
        assertThat(sighting.heard()).isEqualTo(NOON);
        assertThat(sighting.subject().facts()).isEqualTo(FACTS);
    }

    @Test
    void whatAnotherHubHearsCountsAsIfItHadBeenHeardHere() {
        from(false).restore(heardAt(NOON.minusSeconds(170)));
        assertThat(state()).isEqualTo(NodeState.SUSPECT);
        from(false).news(heardAt(NOON.minusSeconds(1)));
        assertThat(state()).isEqualTo(NodeState.UP);
        assertThat(told).containsExactly("web01");
    }
}
