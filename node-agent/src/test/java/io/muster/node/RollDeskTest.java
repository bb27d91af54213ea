package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.RollCall;
import io.muster.node.trust.Scribe;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verifier;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class RollDeskTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final Identity SELF = Identity.node("test", new NodeId("n1"));
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<Duration> announced = new ArrayList<>();
    private final List<Bytes> others = new ArrayList<>();
    private final List<Flaw> dropped = new ArrayList<>();
    private long nanos = 42;
    private final RollDesk desk =
            new RollDesk(
                    SELF,
                    new Verifier(FLEET.trust(), () -> NOON),
                    others::add,
                    announced::add,
                    new Random(1),
                    () -> nanos,
                    new Scribe() {
                        @Override
                        public void told(String event) {}

                        @Override
                        public void alarm(String event) {}

                        @Override
                        public void alarm(String kind, String event) {}

                        @Override
                        public void dropped(Flaw flaw, String problem) {
                            dropped.add(flaw);
                        }

                        @Override
                        public void denied(String problem) {}
                    });

    private void call(Credentials by, Identity whom, Instant issued) {
        var call = new RollCall(whom, issued, MINUTE);
        desk.receive(by.signer().sign(PayloadType.ROLLCALL, call.encode()));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void theHubsRollCallIsAnsweredAtARandomMomentOfTheTimeItGives() {
        for (int i = 0; i < 50; i++) {
            call(FLEET.hub(), SELF, NOON.plusSeconds(i));
            pass(MINUTE);
        }
        assertThat(announced).hasSize(50).allMatch(pause -> pause.compareTo(MINUTE) <= 0);
        assertThat(announced).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(20)) < 0);
        assertThat(announced).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(40)) > 0);
    }

    @Test
    void nobodyElseCallsARollAndNobodyAnswersForAnother() {
        call(FLEET.operator("alice"), SELF, NOON);
        call(FLEET.node("n1"), SELF, NOON);
        call(new TestFleet("test", NOON).hub(), SELF, NOON);
        assertThat(dropped).containsExactly(Flaw.WRONG_ROLE, Flaw.WRONG_ROLE, Flaw.BAD_CERTIFICATE);
        call(FLEET.hub(), Identity.node("test", new NodeId("n2")), NOON);
        call(FLEET.hub(), Identity.node("other", new NodeId("n1")), NOON);
        assertThat(announced).isEmpty();
        desk.receive(FLEET.hub().signer().sign(PayloadType.ROLLCALL, Bytes.utf8("{}")));
        assertThat(dropped).endsWith(Flaw.MALFORMED);
    }

    @Test
    void aRollCallThatComesAgainIsOld() {
        call(FLEET.hub(), SELF, NOON);
        pass(MINUTE);
        call(FLEET.hub(), SELF, NOON);
        call(FLEET.hub(), SELF, NOON.minusMillis(1));
        assertThat(announced).hasSize(1);
        call(FLEET.hub(), SELF, NOON.plusMillis(1));
        assertThat(announced).hasSize(2);
    }

    @Test
    void howeverManyComeItAnswersOnceInTenSeconds() {
        for (int i = 0; i < 100; i++) {
            call(FLEET.hub(), SELF, NOON.plusSeconds(i));
            pass(Duration.ofMillis(100));
        }
        assertThat(announced).hasSize(1);
        call(FLEET.hub(), SELF, NOON.plusSeconds(100));
        assertThat(announced).hasSize(2);
    }

    @Test
    void everythingElseIsHandedOnAsItCame() {
        var message = Bytes.utf8("whatever");
        desk.receive(message);
        assertThat(others).containsExactly(message);
        assertThat(dropped).isEmpty();
    }
}
