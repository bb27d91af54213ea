package io.muster.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.RequestId;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verification.Flaw;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class OriginalsTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir private Path state;
    private final TestFleet fleet = new TestFleet("test", NOON);
    private final Credentials alice = fleet.operator("alice");
    private final List<String> alarms = new ArrayList<>();
    private Instant now = NOON;

    private final Scribe scribe =
            new Scribe() {
                @Override
                public void told(String event) {}

                @Override
                public void alarm(String event) {
                    alarms.add(event);
                }

                @Override
                public void alarm(String kind, String event) {
                    alarm(event);
                }

                @Override
                public void dropped(Flaw flaw, String problem) {}

                @Override
                public void denied(String problem) {}
            };

    private Originals open() {
        return Originals.open(state, () -> now, scribe);
    }

    private Bytes list(IssuerName issuer, long number) {
        var list =
                new RevocationList(
                        "test", issuer, number, NOON, NOON.plus(Duration.ofDays(7)), List.of());
        var signer = issuer == IssuerName.OPERATORS ? fleet.operatorsIssuer() : fleet.nodesIssuer();
        return Documents.sign(signer, PayloadType.REVOCATION, list.encode());
    }

    private Bytes lock(int number, Optional<Instant> expires) {
        var lock =
                new Lock(
                        id(number),
                        "test",
                        alice.identity(),
                        LockTarget.parse("all"),
                        "",
                        NOON,
                        expires);
        return alice.signer().sign(PayloadType.LOCK, lock.encode());
    }

    private Bytes release(int number) {
        var release = new Release(id(number), "test", Optional.of(alice.identity()), "", NOON);
        return alice.signer().sign(PayloadType.RELEASE, release.encode());
    }

    private static RequestId id(int number) {
        return new RequestId("%032x".formatted(number));
    }

    private static void keep(Originals originals, Bytes... documents) {
        for (var document : documents) {
            originals.keep(Envelope.decode(document));
        }
    }

    private long files() throws IOException {
        try (var files = Files.list(state.resolve("trust/signed"))) {
            return files.count();
        }
    }

    @Test
    void theyStayInTheOrderInWhichTheyCameOverRestartsToo() {
        var first = lock(1, Optional.empty());
        var second = list(IssuerName.OPERATORS, 1);
        var third = lock(2, Optional.empty());
        keep(open(), first, second);
        keep(open(), third);
        assertThat(open().all()).containsExactly(first, second, third);
        assertThat(alarms).isEmpty();
    }

    @Test
    void theNewerReplacesTheOlderOfItsKindAndComesLast() throws IOException {
        var nodes = list(IssuerName.NODES, 1);
        var newer = list(IssuerName.OPERATORS, 2);
        keep(open(), list(IssuerName.OPERATORS, 1), nodes, newer);
        assertThat(open().all()).containsExactly(nodes, newer);
        assertThat(files()).isEqualTo(2);
    }

    @Test
    void aReleaseTakesThePlaceOfItsLockAndOfNoOther() {
        var other = lock(2, Optional.empty());
        keep(open(), lock(1, Optional.empty()), other, release(1));
        assertThat(open().all()).containsExactly(other, release(1));
    }

    @Test
    void aLockWhoseTimeIsOverIsGone() throws IOException {
        keep(open(), lock(1, Optional.of(NOON.plusSeconds(60))));
        assertThat(open().all()).hasSize(1);
        now = NOON.plusSeconds(60);
        assertThat(open().all()).isEmpty();
        assertThat(files()).isZero();
    }

    @Test
    void whatCannotBeWrittenIsKeptInThisLifeAndWrittenLater() throws IOException {
        var inTheWay = Files.writeString(state.resolve("trust"), "");
        var originals = open();
        var document = lock(1, Optional.empty());
        keep(originals, document);
        assertThat(alarms).isNotEmpty();
        assertThat(originals.all()).containsExactly(document);
        Files.delete(inTheWay);
        assertThat(originals.all()).containsExactly(document);
        assertThat(open().all()).containsExactly(document);
    }

    @Test
    void aDamagedFileIsToldAndPassedOver() throws IOException {
        keep(open(), lock(1, Optional.empty()), lock(2, Optional.empty()));
        Files.writeString(
                state.resolve("trust/signed/000000000001.lock-" + id(1).value()), "garbage");
        assertThat(open().all()).containsExactly(lock(2, Optional.empty()));
        assertThat(alarms).hasSize(1).allMatch(alarm -> alarm.contains("000000000001"));
    }

    @Test
    void whatOnlyADroppedAuthoritySignedIsNotPassedOnAnyMore() {
        var next = fleet.successor();
        var originals = open();
        var lock = lock(1, Optional.empty());
        var both = fleet.signed(TestFleet.set(2, next, fleet));
        keep(originals, list(IssuerName.OPERATORS, 4), lock, both);
        assertThat(originals.all()).hasSize(3);
        var last = next.signed(TestFleet.set(3, next));
        keep(originals, last);
        assertThat(originals.all()).containsExactly(lock, both, last);
        assertThat(open().all()).hasSize(3);
    }
}
