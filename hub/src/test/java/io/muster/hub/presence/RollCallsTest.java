package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Announcement.Kind;
import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.message.RollCall;
import io.muster.message.Value.Fields;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verifier;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

class RollCallsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final Fields FACTS = Fields.EMPTY.with("role", "web");

    private final Presence presence = new Presence(PresenceTimes.DEFAULT, 20_000);
    private final List<RollCall> calls = new ArrayList<>();
    private final Line line = new Line();
    private Instant now = NOON;
    private long sequence;
    private final RollCalls rolls = new RollCalls(FLEET.hub().signer(), line, presence, () -> now);

    /** Takes what is published, or cannot. */
    private final class Line implements Transport {
        private boolean away;

        @Override
        public void publish(Destination destination, Bytes body, Instant expires) {
            if (away) {
                throw new TransportException("not connected");
            }
            var verifier = new Verifier(FLEET.trust(), () -> now);
            var trusted = (Trusted) verifier.verify(body, PayloadType.ROLLCALL, Set.of(Role.HUB));
            var call = RollCall.decode(trusted.payload());
            assertThat(destination).isEqualTo(new Destination.Node(call.node().nodeId()));
            calls.add(call);
        }

        @Override
        public void publishConfirmed(
                Destination destination, Bytes body, Instant expires, Duration limit) {
            publish(destination, body, expires);
        }

        @Override
        public Subscription subscribe(
                Destination destination, io.muster.transport.Receiver receiver) {
            throw new TransportException("nothing comes here");
        }

        @Override
        public void close() {}
    }

    private void hear(Said said) {
        presence.hear(said.announcement(), now);
        rolls.heard(said.announcement());
        now = now.plusMillis(1);
    }

    private Said up(String id) {
        return Said.up(id, sequence++, now);
    }

    @Test
    void aNodeThatIsHeardAndNotKnownIsAskedAtOnceToAnnounceItselfInFull() {
        hear(up("web01"));
        assertThat(calls).extracting(call -> call.node().name()).containsExactly("web01");
        assertThat(calls.getFirst().within()).isZero();
        hear(up("web01").facts(FACTS));
        hear(up("web01"));
        assertThat(calls).hasSize(1);
    }

    @Test
    void whoIsKnownIsNotAsked() {
        hear(up("web01").facts(FACTS));
        hear(up("web01"));
        hear(up("web02").kind(Kind.LEAVING));
        assertThat(calls).isEmpty();
    }

    @Test
    void whoWasForgottenIsAskedAgain() {
        hear(up("web01"));
        hear(up("web01").facts(FACTS));
        presence.forget(new NodeId("web01"));
        hear(up("web01"));
        assertThat(calls).hasSize(2);
    }

    @Test
    void whoDoesNotAnswerIsAskedAgainAfterAWhileOnly() {
        hear(up("web01"));
        now = now.plus(RollCalls.AGAIN).minusSeconds(1);
        hear(up("web01"));
        assertThat(calls).hasSize(1);
        now = now.plusSeconds(1);
        hear(up("web01"));
        assertThat(calls).hasSize(2);
    }

    @Test
    void whoCouldNotBeAskedIsAskedNextTime() {
        line.away = true;
        hear(up("web01"));
        line.away = false;
        hear(up("web01"));
        assertThat(calls).hasSize(1);
    }

    /** The backlog of a fleet, all at once: nobody's answers come together. */
    @Test
    void tenThousandUnknownNodesAnswerOverAMinuteAndNotInOneSecond() {
        for (int second = 0; second < 60; second++) {
            now = NOON.plusSeconds(second);
            for (int i = 0; i < 10_000; i++) {
                var said = Said.up("n-" + i, second, now).announcement();
                presence.hear(said, now);
                rolls.heard(said);
            }
        }
        assertThat(calls).hasSize(10_000).extracting(RollCall::node).doesNotHaveDuplicates();
        var perSecond = new int[180];
        var random = new java.util.Random(1);
        for (var call : calls) {
            var pause = random.nextLong(call.within().toMillis() + 1);
            var at = Duration.between(NOON, call.issued()).toMillis() + pause;
            perSecond[(int) (at / 1000)]++;
        }
        assertThat(java.util.Arrays.stream(perSecond).max().orElseThrow()).isLessThan(600);
        assertThat(calls.stream().filter(c -> c.issued().equals(NOON)).count())
                .isEqualTo(RollCalls.PER_SECOND);
        assertThat(calls).allMatch(c -> c.within().compareTo(RollCalls.LONGEST) <= 0);
    }
}
