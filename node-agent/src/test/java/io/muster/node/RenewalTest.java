package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.enrolment.Joined;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Leaf;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class RenewalTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Identity WEB01 = Identity.node("test", new NodeId("web01"));
    private static final Attributes AMS = Attributes.parse("site=ams");

    private final TestFleet fleet = new TestFleet("test", NOON);
    private final Ed25519Key key = Ed25519Key.generate(new SecureRandom());
    private final List<X509Certificate> stored = new ArrayList<>();
    private final List<Instant> reconnected = new ArrayList<>();
    private final List<Instant> asked = new ArrayList<>();
    private Instant now = NOON;
    private final Credentials held = new Credentials(key, issued(AMS, 2), fleet.trust());

    private X509Certificate issued(Attributes attributes, int generation) {
        var leaf = Leaf.of(WEB01, key.publicKey()).attested(attributes, generation);
        return new Issuance(new SecureRandom())
                .leaf(fleet.nodesIssuer(), leaf, now, Duration.ofDays(30));
    }

    private Renewal renewal(Renewal.Asking hub) {
        return renewal(held, hub);
    }

    private Renewal renewal(Credentials credentials, Renewal.Asking hub) {
        return new Renewal(
                credentials,
                Duration.ofMinutes(1),
                () -> {
                    asked.add(now);
                    return hub.ask();
                },
                renewed -> stored.add(renewed.certificate()),
                () -> reconnected.add(now),
                () -> now,
                new SecureRandom(),
                System.getLogger("test"));
    }

    private Joined answer(X509Certificate certificate) {
        return new Joined(
                new Credentials(key, certificate, fleet.trust()),
                List.of(Collective.MAIN),
                Endpoint.parse("localhost:61617"));
    }

    @Test
    void atHalfOfItsLifeTheCertificateIsRenewedStoredAndShown() throws Exception {
        var renewal = renewal(() -> answer(issued(AMS, 2)));
        var first = held.certificate();
        for (now = NOON; now.isBefore(NOON.plus(Duration.ofDays(15))); ) {
            now = now.plus(renewal.step());
        }
        assertThat(asked).isEmpty();
        while (stored.isEmpty() && now.isBefore(NOON.plus(Duration.ofDays(19)))) {
            now = now.plus(renewal.step());
        }
        assertThat(stored).containsExactly(held.certificate());
        assertThat(reconnected).hasSize(1);
        assertThat(held.certificate()).isNotEqualTo(first);
        assertThat(held.flaw(NOON.plus(Duration.ofDays(40)))).isEmpty();
        assertThat(renewal.step()).isPositive();
        assertThat(asked).hasSize(1);
    }

    @Test
    void whileTheHubIsAwayItIsTriedAgainInTimeAndTheOldOneIsUsed() throws Exception {
        var renewal =
                renewal(
                        () -> {
                            throw new java.io.IOException("the hub is away");
                        });
        now = NOON.plus(Duration.ofDays(20));
        while (now.isBefore(NOON.plus(Duration.ofDays(30)))) {
            now = now.plus(renewal.step());
        }
        assertThat(asked).hasSizeGreaterThan(100).hasSizeLessThan(2_000_000);
        assertThat(stored).isEmpty();
        assertThat(reconnected).isEmpty();
    }

    @Test
    void aCertificateThatAttestsMoreOrLessIsNotTaken() throws Exception {
        now = NOON.plus(Duration.ofDays(20));
        var before = held.certificate();
        for (var wrong :
                List.of(
                        issued(Attributes.parse("site=ams,role=db"), 2),
                        issued(Attributes.NONE, 2),
                        issued(AMS, 3))) {
            var _ = renewal(() -> answer(wrong)).step();
            assertThat(held.certificate()).isEqualTo(before);
        }
        assertThat(stored).isEmpty();
        assertThat(Certificates.attributes(held.certificate())).containsEntry("site", "ams");
    }

    @Test
    void anAnswerThatIsTheOldCertificateChangesNothing() throws Exception {
        now = NOON.plus(Duration.ofDays(20));
        var _ = renewal(() -> answer(held.certificate())).step();
        assertThat(asked).hasSize(1);
        assertThat(stored).isEmpty();
        assertThat(reconnected).isEmpty();
    }

    @Test
    void whenAnotherAuthorityIsInUseItIsRenewedSoon() throws Exception {
        var other = fleet.successor();
        var fresh =
                new Issuance(new SecureRandom())
                        .leaf(
                                other.nodesIssuer(),
                                Leaf.of(WEB01, key.publicKey()).attested(AMS, 2),
                                now,
                                Duration.ofDays(30));
        var mine = new Credentials(key, held.certificate(), TestFleet.trusting(fleet));
        var answers = new ArrayList<>(List.of(held.certificate(), fresh));
        var renewal = renewal(mine, () -> answer(answers.removeFirst()));
        now = now.plus(renewal.step());
        assertThat(asked).isEmpty();
        mine.trust().replace(TestFleet.trusting(fleet, other));
        now = now.plus(renewal.step());
        assertThat(asked).isEmpty();
        mine.trust().replace(TestFleet.trusting(other, fleet));
        // The first answer is the old certificate: the hub has not gone over yet.
        for (var limit = now.plusSeconds(240); !answers.isEmpty() && now.isBefore(limit); ) {
            now = now.plus(renewal.step());
        }
        assertThat(stored).containsExactly(fresh);
        assertThat(mine.certificate()).isEqualTo(fresh);
        assertThat(reconnected).hasSize(1);
        now = now.plus(renewal.step());
        assertThat(asked).hasSize(2);
    }

    @Test
    void afterTheEndItGoesOnAskingUntilSomebodySigned() throws Exception {
        now = NOON.plus(Duration.ofDays(31));
        renewal(() -> answer(issued(AMS, 2))).revive();
        assertThat(held.flaw(now)).isEmpty();
        assertThat(stored).hasSize(1);
    }
}
