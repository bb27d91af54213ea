package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.enrolment.KeyFingerprint;
import io.muster.enrolment.Listener;
import io.muster.message.NodeId;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

class EnrolmentTest extends Enrolling {
    @Test
    void aTokenLetsOneMachineInAtOnce() {
        var token = fleet.token();
        var answer = fleet.join(fleet.key(), "web01", token);
        assertThat(identity(answer)).isEqualTo("node/web01");
        assertThat(fleet.door().waiting()).isEmpty();
        assertThat(refusal(fleet.join(fleet.key(), "web02", token))).isEqualTo(Refusal.TOKEN_USED);
    }

    @Test
    void withoutAnIdTheKeyNamesTheNode() {
        var key = fleet.key();
        var answer = fleet.join(key, "", fleet.token());
        assertThat(identity(answer))
                .isEqualTo("node/" + KeyFingerprint.defaultId(key.publicKey()))
                .matches("node/n-[0-9a-f]{12}");
    }

    @Test
    void aLostAnswerIsGivenAgainWithoutASecondUse() {
        var token = fleet.token(2, "*");
        var key = fleet.key();
        var first = fleet.join(key, "web01", token);
        assertThat(fleet.join(key, "web01", token)).isEqualTo(first);
        assertThat(fleet.ask(key, "web01")).isEqualTo(first);
        assertThat(fleet.ask(key, "")).isEqualTo(first);
        fleet.now = fleet.now.plus(Duration.ofHours(2));
        assertThat(fleet.join(key, "web01", token)).isEqualTo(first);
        assertThat(fleet.door().tokenLines())
                .singleElement()
                .satisfies(line -> assertThat(line.used()).isEqualTo(1));
    }

    @Test
    void aCrashAfterTheUseWasNotedLosesNothing() throws IOException {
        var token = fleet.token();
        var key = fleet.key();
        Files.createFile(
                fleet.directory
                        .resolve("nodes/tokens")
                        .resolve(token.id())
                        .resolve("use-" + KeyFingerprint.of(key.publicKey()).hex()));
        assertThat(identity(fleet.join(key, "web01", token))).isEqualTo("node/web01");
        assertThat(refusal(fleet.join(fleet.key(), "web02", token))).isEqualTo(Refusal.TOKEN_USED);
    }

    @Test
    void aCrashAfterTheIdWasNotedLosesNothing() throws IOException {
        var token = fleet.token(2, "*");
        var key = fleet.key();
        Files.writeString(
                fleet.directory
                        .resolve("nodes/keys")
                        .resolve(KeyFingerprint.of(key.publicKey()).hex()),
                "web01");
        assertThat(identity(fleet.join(fleet.key(), "web01", token))).isEqualTo("node/web01");
        assertThat(refusal(fleet.join(key, "web01", token))).isEqualTo(Refusal.ID_TAKEN);
        assertThat(identity(fleet.join(key, "web02", token))).isEqualTo("node/web02");
    }

    @Test
    void ofManyMachinesAtOnceExactlyOneWinsASingleUse() throws Exception {
        var token = fleet.token();
        var enrolment = fleet.enrolment();
        var other = fleet.enrolment();
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers =
                    IntStream.range(0, 16)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    (Callable<JoinAnswer>)
                                                            () -> {
                                                                start.await();
                                                                var request =
                                                                        JoinRequest.of(
                                                                                fleet.key(),
                                                                                TestAuthority
                                                                                        .applicant(
                                                                                                "w"
                                                                                                        + i),
                                                                                token,
                                                                                fleet.random);
                                                                return enrolment.answer(
                                                                        request, "10.0.0." + i);
                                                            }))
                            .toList();
            start.countDown();
            var granted = 0;
            for (var answer : answers) {
                granted += answer.get() instanceof Granted ? 1 : 0;
            }
            assertThat(granted).isEqualTo(1);
        }
        assertThat(fleet.door().issued()).hasSize(1);
        assertThat(other.answer(request("w99", token), "10.0.0.9")).isInstanceOf(Refused.class);
    }

    @Test
    void anExpiredARevokedAndAnUnknownTokenAreRefused() {
        var old = fleet.token();
        var revoked = fleet.token();
        fleet.door().revoke(revoked.id());
        assertThat(refusal(fleet.join(fleet.key(), "web01", revoked)))
                .isEqualTo(Refusal.TOKEN_EXPIRED);
        fleet.now = fleet.now.plus(Duration.ofHours(1));
        assertThat(refusal(fleet.join(fleet.key(), "web01", old))).isEqualTo(Refusal.TOKEN_EXPIRED);
        var invented = JoinToken.create(fleet.random, fleet.listener());
        assertThat(refusal(fleet.join(fleet.key(), "web01", invented)))
                .isEqualTo(Refusal.TOKEN_UNKNOWN);
        assertThat(fleet.door().issued()).isEmpty();
        assertThat(fleet.door().waiting()).isEmpty();
    }

    @Test
    void aTokenOfAnotherHubIsUnknownHere() {
        var other = TestAuthority.found(temporary.resolve("other"));
        assertThat(refusal(fleet.join(fleet.key(), "web01", other.token())))
                .isEqualTo(Refusal.TOKEN_UNKNOWN);
    }

    @Test
    void aProofMadeForAnotherRootOrOfAnotherRequestIsWorthNothing() {
        var token = fleet.token();
        var elsewhere = new Listener(token.listener().endpoint(), token.key());
        var replanted = JoinToken.create(fleet.random, elsewhere);
        assertThat(refusal(fleet.join(fleet.key(), "web01", replanted)))
                .isEqualTo(Refusal.TOKEN_UNKNOWN);
        var good = request("web01", token);
        var stolen = JoinRequest.of(fleet.key(), good.applicant());
        var forged = new JoinRequest(stolen.csr(), good.applicant(), good.proof());
        assertThat(refusal(fleet.answer(forged))).isEqualTo(Refusal.TOKEN_UNKNOWN);
        var renamed = new JoinRequest(good.csr(), TestAuthority.applicant("db01"), good.proof());
        assertThat(refusal(fleet.answer(renamed))).isEqualTo(Refusal.TOKEN_UNKNOWN);
        assertThat(fleet.answer(good)).isInstanceOf(Granted.class);
    }

    @Test
    void aTokenIsForTheIdsItNames() {
        var token = fleet.token(5, "web-*");
        assertThat(refusal(fleet.join(fleet.key(), "db-1", token)))
                .isEqualTo(Refusal.ID_NOT_ALLOWED);
        assertThat(refusal(fleet.join(fleet.key(), "", token))).isEqualTo(Refusal.ID_NOT_ALLOWED);
        assertThat(identity(fleet.join(fleet.key(), "web-1", token))).isEqualTo("node/web-1");
        assertThat(fleet.door().tokenLines().getFirst().used()).isEqualTo(1);
    }

    @Test
    void anIdIsGivenOnce() {
        var token = fleet.token(5, "*");
        fleet.join(fleet.key(), "web01", token);
        assertThat(refusal(fleet.join(fleet.key(), "web01", token))).isEqualTo(Refusal.ID_TAKEN);
        assertThat(fleet.ask(fleet.key(), "web01")).isInstanceOf(Pending.class);
        var waiting = fleet.door().waiting().getFirst();
        assertThatThrownBy(() -> fleet.door().sign(fleet.open(), waiting, "alice"))
                .hasMessageContaining("another machine has the id web01");
        assertThat(fleet.door().tokenLines().getFirst().used()).isEqualTo(1);
    }

    @Test
    void aKeyHasOneId() {
        var token = fleet.token(5, "*");
        var key = fleet.key();
        fleet.join(key, "web01", token);
        assertThat(refusal(fleet.join(key, "web02", token))).isEqualTo(Refusal.KEY_KNOWN);
    }

    @Test
    void reservedAndMisleadingIdsAreRefused() {
        var token = fleet.token(50, "*");
        for (var id :
                List.of("localhost", "hub", "root", "all", "2130706433", "0x7f", "xn--wb-bka")) {
            assertThat(refusal(fleet.join(fleet.key(), id, token)))
                    .as(id)
                    .isEqualTo(Refusal.ID_NOT_ALLOWED);
        }
        var victim = fleet.key();
        var theirs = KeyFingerprint.defaultId(victim.publicKey()).value();
        assertThat(refusal(fleet.join(fleet.key(), theirs, token)))
                .isEqualTo(Refusal.ID_NOT_ALLOWED);
        assertThat(identity(fleet.join(victim, theirs, token))).isEqualTo("node/" + theirs);
    }

    @Test
    void whoWaitsForAnIdIsNotOvertakenByAToken() {
        fleet.ask(fleet.key(), "web01");
        assertThat(fleet.join(fleet.key(), "web01", fleet.token())).isInstanceOf(Pending.class);
        assertThat(fleet.door().waiting()).hasSize(2);
        assertThatThrownBy(() -> fleet.door().waiting(new NodeId("web01"), Optional.empty()))
                .hasMessageContaining("2 machines wait");
    }

    @Test
    void withoutATokenAPersonComparesFingerprintsAndSigns() {
        var key = fleet.key();
        var fingerprint = KeyFingerprint.of(key.publicKey());
        var answer = fleet.ask(key, "web01");
        assertThat(answer).isEqualTo(new Pending(Duration.ofSeconds(5), fingerprint));
        assertThat(fleet.ask(key, "web01")).isEqualTo(answer);
        var door = fleet.door();
        var id = new NodeId("web01");
        var wrong = KeyFingerprint.of(fleet.key().publicKey());
        assertThatThrownBy(() -> door.waiting(id, Optional.of(wrong)))
                .hasMessageContaining(fingerprint + "; nothing was signed");
        var issued = door.sign(fleet.open(), door.waiting(id, Optional.of(fingerprint)), "alice");
        assertThat(issued.by()).isEqualTo("alice");
        assertThat(issued.machine()).isEqualTo("machine-web01");
        assertThat(identity(fleet.ask(key, "web01"))).isEqualTo("node/web01");
        assertThat(door.waiting()).isEmpty();
        assertThatThrownBy(() -> door.waiting(id, Optional.empty()))
                .hasMessageContaining("nobody waits for the id web01");
    }

    @Test
    void whoeverIsRejectedStaysOutWithThatKeyEvenWithAToken() {
        var key = fleet.key();
        fleet.ask(key, "web01");
        fleet.door().reject(fleet.door().waiting().getFirst());
        assertThat(refusal(fleet.ask(key, "web01"))).isEqualTo(Refusal.REJECTED);
        assertThat(refusal(fleet.join(key, "web01", fleet.token()))).isEqualTo(Refusal.REJECTED);
        assertThat(fleet.door().waiting()).isEmpty();
    }

    @Test
    void aMachineThatWaitedMayBringATokenAfterAll() {
        var key = fleet.key();
        fleet.ask(key, "web01");
        assertThat(identity(fleet.join(key, "web01", fleet.token()))).isEqualTo("node/web01");
        assertThat(fleet.door().waiting()).isEmpty();
    }

    @Test
    void anIpv6NetworkIsOneAddress() {
        var enrolment = fleet.enrolment();
        for (int i = 0; i < PendingRequests.MAX_PER_SOURCE; i++) {
            assertThat(enrolment.answer(waiting("w" + i), "2001:db8:0:1:0:0:0:" + (i % 90)))
                    .isInstanceOf(Pending.class);
        }
        assertThat(refusal(enrolment.answer(waiting("w-more"), "2001:db8:0:1:0:0:0:ff")))
                .isEqualTo(Refusal.BUSY);
        assertThat(enrolment.answer(waiting("w-other"), "2001:db8:0:2:0:0:0:1"))
                .isInstanceOf(Pending.class);
    }

    @Test
    void theNumberOfThoseWhoWaitIsBounded() {
        var enrolment = fleet.enrolment();
        for (int i = 0; i < PendingRequests.MAX_PER_SOURCE; i++) {
            assertThat(enrolment.answer(waiting("w" + i), "10.0.0.66")).isInstanceOf(Pending.class);
        }
        assertThat(refusal(enrolment.answer(waiting("w-more"), "10.0.0.66")))
                .isEqualTo(Refusal.BUSY);
        assertThat(enrolment.answer(waiting("web01"), "10.0.0.7")).isInstanceOf(Pending.class);
        fleet.now = fleet.now.plus(Duration.ofDays(8));
        assertThat(enrolment.answer(waiting("w-more"), "10.0.0.66")).isInstanceOf(Pending.class);
        assertThat(fleet.directory.resolve("nodes/pending").toFile().list()).hasSize(1);
    }
}
