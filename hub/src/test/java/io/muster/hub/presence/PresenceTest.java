package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.hub.presence.Presence.Heard;
import io.muster.message.Announcement.Kind;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class PresenceTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final NodeId WEB01 = new NodeId("web01");

    private final Presence presence = new Presence(PresenceTimes.DEFAULT, 100);
    private Instant now = NOON;
    private long sequence;

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private Said up() {
        return Said.up("web01", sequence++, now);
    }

    private Heard hear(Said said) {
        return presence.hear(said.announcement(), now);
    }

    private NodeState state() {
        return presence.state(WEB01, now).orElseThrow();
    }

    private Instant since() {
        return presence.of(WEB01).orElseThrow().since(now, PresenceTimes.DEFAULT);
    }

    @Test
    void whoAnnouncesItselfIsUp() {
        assertThat(hear(up())).isEqualTo(Heard.TAKEN);
        pass(Duration.ofSeconds(50));
        hear(up());
        assertThat(state()).isEqualTo(NodeState.UP);
        assertThat(since()).isEqualTo(NOON);
    }

    @Test
    void twoMissedAnnouncementsMakeASuspectAndThreeMeanDown() {
        hear(up());
        pass(Duration.ofSeconds(119));
        assertThat(state()).isEqualTo(NodeState.UP);
        pass(Duration.ofSeconds(1));
        assertThat(state()).isEqualTo(NodeState.SUSPECT);
        assertThat(since()).isEqualTo(NOON.plusSeconds(120));
        pass(Duration.ofSeconds(60));
        assertThat(state()).isEqualTo(NodeState.DOWN);
        assertThat(since()).isEqualTo(NOON.plusSeconds(180));
        pass(Duration.ofHours(1));
        hear(up());
        assertThat(state()).isEqualTo(NodeState.UP);
        assertThat(since()).isEqualTo(now);
    }

    @Test
    void howManyAnnouncementsMustBeMissingCanBeSet() {
        var usual = PresenceTimes.DEFAULT;
        var patient =
                new PresenceTimes(usual.join(), usual.reboot(), usual.skew(), usual.forget(), 5);
        var lenient = new Presence(patient, 100);
        lenient.hear(up().announcement(), now);
        pass(Duration.ofSeconds(299));
        assertThat(lenient.state(WEB01, now)).contains(NodeState.SUSPECT);
        pass(Duration.ofSeconds(1));
        assertThat(lenient.state(WEB01, now)).contains(NodeState.DOWN);
        assertThatThrownBy(
                        () ->
                                new PresenceTimes(
                                        usual.join(),
                                        usual.reboot(),
                                        usual.skew(),
                                        usual.forget(),
                                        2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachNodesOwnIntervalCounts() {
        presence.hear(Said.up("web01", 1, now).announcement(Duration.ofSeconds(2)), now);
        presence.hear(Said.up("web02", 1, now).announcement(Duration.ofMinutes(10)), now);
        pass(Duration.ofSeconds(6));
        assertThat(presence.state(WEB01, now)).contains(NodeState.DOWN);
        assertThat(presence.state(new NodeId("web02"), now)).contains(NodeState.UP);
        pass(Duration.ofMinutes(19));
        assertThat(presence.state(new NodeId("web02"), now)).contains(NodeState.UP);
    }

    @Test
    void whoSaysGoodbyeHasLeftAndIsNotDown() {
        hear(up());
        hear(up().kind(Kind.LEAVING));
        pass(Duration.ofSeconds(1));
        hear(up().kind(Kind.LEAVING));
        assertThat(state()).isEqualTo(NodeState.LEFT);
        pass(Duration.ofHours(3));
        assertThat(state()).isEqualTo(NodeState.LEFT);
        hear(up());
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void aRebootIsOverWithANewBootId() {
        hear(up());
        pass(Duration.ofSeconds(10));
        hear(up().kind(Kind.REBOOTING));
        assertThat(state()).isEqualTo(NodeState.REBOOTING);
        pass(Duration.ofMinutes(9));
        assertThat(state()).isEqualTo(NodeState.REBOOTING);
        sequence = 0;
        hear(up().boot("boot-2"));
        assertThat(state()).isEqualTo(NodeState.UP);
        assertThat(since()).isEqualTo(now);
    }

    @Test
    void theLastWordsOfTheOldBootDoNotEndAReboot() {
        hear(up());
        pass(Duration.ofSeconds(1));
        hear(up().kind(Kind.REBOOTING));
        pass(Duration.ofSeconds(1));
        hear(up());
        assertThat(state()).isEqualTo(NodeState.REBOOTING);
        pass(Duration.ofSeconds(1));
        hear(up().kind(Kind.LEAVING));
        assertThat(state()).isEqualTo(NodeState.REBOOTING);
        assertThat(since()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void whoDoesNotComeBackFromARebootIsDown() {
        hear(up());
        pass(Duration.ofSeconds(1));
        hear(up().kind(Kind.REBOOTING));
        pass(Duration.ofMinutes(10));
        assertThat(state()).isEqualTo(NodeState.DOWN);
        assertThat(since()).isEqualTo(now);
    }

    @Test
    void aRebootThatDidNotHappenEndsWithTheLimit() {
        hear(up());
        pass(Duration.ofSeconds(1));
        hear(up().kind(Kind.REBOOTING));
        for (int i = 0; i < 11; i++) {
            pass(Duration.ofMinutes(1));
            hear(up());
        }
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void anOldAnnouncementNeverPassesForANewOne() {
        var first = up();
        hear(first);
        pass(Duration.ofMinutes(1));
        var second = up();
        hear(second);
        pass(Duration.ofMinutes(3));
        assertThat(state()).isEqualTo(NodeState.DOWN);
        assertThat(hear(first)).isEqualTo(Heard.LATE);
        assertThat(hear(second)).isEqualTo(Heard.LATE);
        assertThat(state()).isEqualTo(NodeState.DOWN);
    }

    @Test
    void anAnnouncementOfAnEarlierLifeOfTheAgentIsOld() {
        sequence = 500;
        var earlier = up();
        hear(earlier);
        pass(Duration.ofMinutes(10));
        sequence = 0;
        hear(up());
        pass(Duration.ofMinutes(3));
        assertThat(
                        hear(
                                new Said(
                                        "web01",
                                        Kind.UP,
                                        501,
                                        earlier.sent().plusSeconds(60),
                                        "boot-1",
                                        "machine-web01",
                                        Fields.EMPTY)))
                .isEqualTo(Heard.LATE);
        assertThat(state()).isEqualTo(NodeState.DOWN);
    }

    @Test
    void anAnnouncementOfAnEarlierBootIsOld() {
        var before = up();
        hear(before);
        pass(Duration.ofMinutes(1));
        sequence = 0;
        hear(up().boot("boot-2"));
        pass(Duration.ofSeconds(1));
        assertThat(hear(before)).isEqualTo(Heard.LATE);
        assertThat(presence.of(WEB01).orElseThrow().last().orElseThrow().boot())
                .isEqualTo("boot-2");
    }

    @Test
    void theFirstThingHeardOfANodeMustBeFresh() {
        var old = up();
        pass(Duration.ofHours(1));
        assertThat(hear(old)).isEqualTo(Heard.TAKEN);
        assertThat(state()).isEqualTo(NodeState.SUSPECT);
        hear(up());
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void aNodeWhoseClockIsWrongIsASuspectUntilItIsPutRight() {
        var ahead = now.plus(Duration.ofHours(1));
        presence.hear(Said.up("web01", sequence++, ahead).announcement(), now);
        assertThat(state()).isEqualTo(NodeState.SUSPECT);
        assertThat(presence.of(WEB01).orElseThrow().offset()).isEqualTo(Duration.ofHours(1));
        pass(Duration.ofMinutes(1));
        assertThat(hear(up())).isEqualTo(Heard.TAKEN);
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void aMachineThatLostItsTimeOverABootIsHeardIfItDoesNotTrustItsClock() {
        hear(up());
        pass(Duration.ofMinutes(2));
        var lost = Said.up("web01", 0, Instant.ofEpochSecond(60)).boot("boot-2").nonce("a");
        assertThat(hear(lost)).isEqualTo(Heard.LATE);
        pass(Duration.ofMinutes(1));
        assertThat(hear(lost.nonce(""))).isEqualTo(Heard.LATE);
        assertThat(hear(lost)).isEqualTo(Heard.TAKEN);
        assertThat(state()).isEqualTo(NodeState.SUSPECT);
        assertThat(hear(lost)).isEqualTo(Heard.LATE);
        var next = Said.up("web01", 1, Instant.ofEpochSecond(120)).boot("boot-2").nonce("b");
        assertThat(hear(next)).isEqualTo(Heard.TAKEN);
        assertThat(presence.of(WEB01).orElseThrow().last().orElseThrow().nonce()).contains("b");
    }

    @Test
    void aClockThatIsPutBackWithinTheSkewDoesNotSilenceANode() {
        presence.hear(Said.up("web01", sequence++, now.plusSeconds(25)).announcement(), now);
        pass(Duration.ofSeconds(20));
        assertThat(hear(up())).isEqualTo(Heard.TAKEN);
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void twoMachinesWithOneIdentityAreAClone() {
        hear(up());
        pass(Duration.ofSeconds(20));
        hear(up().machine("machine-copy").boot("boot-copy"));
        assertThat(state()).isEqualTo(NodeState.CLONE);
        pass(Duration.ofSeconds(40));
        hear(up());
        assertThat(state()).isEqualTo(NodeState.CLONE);
        assertThat(since()).isEqualTo(NOON.plusSeconds(20));
        for (int i = 0; i < 4; i++) {
            pass(Duration.ofMinutes(1));
            hear(up());
        }
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void bothPlacesOfACloneAreNamedOnceAndAFrozenOneStaysAClone() {
        hear(up());
        assertThat(presence.rivals()).isEmpty();
        pass(Duration.ofSeconds(20));
        hear(up().machine("machine-copy").boot("boot-copy"));
        assertThat(presence.rivals())
                .hasEntrySatisfying(
                        WEB01,
                        places -> assertThat(places).contains("machine-copy").contains(", and "));
        assertThat(presence.rivals()).isEmpty();
        presence.freeze(WEB01, now);
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofMinutes(1));
            hear(up());
            assertThat(state()).isEqualTo(NodeState.CLONE);
        }
        pass(PresenceTimes.DEFAULT.forget().plus(Duration.ofDays(1)));
        presence.forget(now);
        assertThat(presence.twofold(WEB01, now)).isTrue();
        presence.forget(WEB01);
        assertThat(presence.twofold(WEB01, now)).isFalse();
        hear(up());
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void aCopyThatKeptTheMachineIdIsFoundByItsBootsTakingTurns() {
        hear(up());
        pass(Duration.ofSeconds(20));
        hear(up().boot("boot-copy"));
        assertThat(state()).isEqualTo(NodeState.UP);
        pass(Duration.ofSeconds(20));
        hear(up());
        assertThat(state()).isEqualTo(NodeState.CLONE);
    }

    @Test
    void aMachineThatWasReplacedWhileTheOldOneWasAwayIsNoClone() {
        hear(up());
        pass(Duration.ofMinutes(5));
        hear(up().machine("machine-new").boot("boot-new"));
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void whoGotACertificateIsExpectedAndThenMissed() {
        presence.expect(WEB01, "web01.example.org", now);
        assertThat(state()).isEqualTo(NodeState.JOINING);
        pass(PresenceTimes.DEFAULT.join());
        assertThat(state()).isEqualTo(NodeState.DOWN);
        hear(up());
        assertThat(state()).isEqualTo(NodeState.UP);
        presence.expect(WEB01, "other", now);
        assertThat(state()).isEqualTo(NodeState.UP);
    }

    @Test
    void factsStayUntilNewOnesCome() {
        var facts = Fields.EMPTY.with("role", "mail");
        hear(up().facts(facts));
        pass(Duration.ofMinutes(1));
        hear(up());
        assertThat(presence.of(WEB01).orElseThrow().subject().facts()).isEqualTo(facts);
        assertThat(presence.of(WEB01).orElseThrow().factsKnown()).isTrue();
    }

    @Test
    void theNumberOfNodesIsBoundedAndWhoIsGoneMakesRoom() {
        var few = new Presence(PresenceTimes.DEFAULT, 2);
        few.hear(Said.up("a", 1, now).announcement(), now);
        pass(Duration.ofMinutes(1));
        few.hear(Said.up("b", 1, now).announcement(), now);
        assertThat(few.hear(Said.up("c", 1, now).announcement(), now)).isEqualTo(Heard.FULL);
        pass(Duration.ofMinutes(2));
        assertThat(few.hear(Said.up("c", 1, now).announcement(), now)).isEqualTo(Heard.TAKEN);
        assertThat(few.of(new NodeId("a"))).isEmpty();
        assertThat(few.size()).isEqualTo(2);
    }

    @Test
    void whoHasBeenGoneForLongIsForgotten() {
        hear(up());
        pass(Duration.ofMinutes(3).plus(PresenceTimes.DEFAULT.forget()).minusSeconds(1));
        presence.forget(now);
        assertThat(presence.size()).isEqualTo(1);
        pass(Duration.ofSeconds(1));
        presence.forget(now);
        assertThat(presence.size()).isZero();
    }
}
