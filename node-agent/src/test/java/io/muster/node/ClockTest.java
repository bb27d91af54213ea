package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.node.time.HighWater;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a node whose clock is wrong accepts, and what it does not. */
class ClockTest {
    @TempDir private Path directory;
    private NodeFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Outcome outcome() {
        await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.replies().isEmpty());
        var reply = fixture.replies().removeFirst();
        return ((Reply.Answer.Final) reply.answer()).outcome();
    }

    private NodeFixture.Draft change() {
        return fixture.draft("test.change", ActionClass.CHANGE);
    }

    private void refused(Reason reason) {
        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void aClockThatWasSetBackStopsChangesAndNotLooking() {
        fixture.pass(Duration.ofMinutes(30));
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.pass(Duration.ofMinutes(-9));
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));

        fixture.pass(Duration.ofMinutes(-2));
        change().send();
        refused(Reason.CLOCK_BEHIND);
        fixture.draft("test.wipe", ActionClass.DESTRUCTIVE).send();
        refused(Reason.CLOCK_BEHIND);
        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(3);
    }

    @Test
    void itStillKnowsThatAfterARestart() throws IOException {
        fixture.pass(Duration.ofMinutes(30));
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.pass(Duration.ofMinutes(-11));
        fixture.restart();
        change().send();
        refused(Reason.CLOCK_BEHIND);
    }

    @Test
    void somebodyOnTheMachineCanSayThatTheClockIsRight() throws IOException {
        fixture.pass(Duration.ofMinutes(30));
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.pass(Duration.ofMinutes(-11));
        change().send();
        refused(Reason.CLOCK_BEHIND);

        Files.writeString(directory.resolve("state").resolve(HighWater.OVERRIDE), "");
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.restart();
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(directory.resolve("state").resolve(HighWater.OVERRIDE)).doesNotExist();
        assertThat(fixture.audit()).contains("its clock is right");

        fixture.pass(Duration.ofMinutes(-11));
        change().send();
        refused(Reason.CLOCK_BEHIND);
    }

    @Test
    void aMarkThatCannotBeReadStopsChangesAndNotLookingUntilTheClockIsSaidToBeRight()
            throws IOException {
        var mark = directory.resolve("state/clock.mark");
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.stop();
        Files.writeString(mark, "{\"issued\":");
        fixture.startAgain();
        assertThat(fixture.audit()).contains("the mark of the clock cannot be read");

        change().send();
        refused(Reason.CLOCK_BEHIND);
        fixture.draft("test.wipe", ActionClass.DESTRUCTIVE).send();
        refused(Reason.CLOCK_BEHIND);
        fixture.draft("test.look", ActionClass.READ).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.minute();
        fixture.restart();
        assertThat(mark).hasContent("{\"issued\":");
        change().send();
        assertThat(outcome().message()).contains("clock.mark", "muster agent clock-ok");

        Files.writeString(directory.resolve("state").resolve(HighWater.OVERRIDE), "");
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.restart();
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void aMarkThatIsPutBackIsGoneByAtOnce() throws IOException {
        var mark = directory.resolve("state/clock.mark");
        fixture.pass(Duration.ofMinutes(30));
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.stop();
        var kept = Files.move(mark, mark.resolveSibling("kept"));
        Files.createDirectory(mark);
        fixture.startAgain();
        change().send();
        refused(Reason.CLOCK_BEHIND);

        Files.delete(mark);
        Files.move(kept, mark);
        change().send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        fixture.pass(Duration.ofMinutes(-11));
        change().send();
        refused(Reason.CLOCK_BEHIND);
    }

    @Test
    void aRefusalForItsTimeSaysWhatTimeItIsHere() {
        fixture.nodeAhead(Duration.ofMinutes(10));
        change().send();
        assertThat(outcome().message()).contains("here it is 2026-11-20T12:10:00Z");
        fixture.nodeAhead(Duration.ofMinutes(-9));
        change().send();
        assertThat(outcome().message()).contains("here it is 2026-11-20T11:51:00Z");
    }

    @Test
    void aNodeThatGoesByItsClockTakesNoNonces() {
        assertThat(fixture.announcements()).allMatch(a -> a.nonce().isEmpty());
        var draft = change();
        draft.nonces = Map.of(fixture.id, "0".repeat(32));
        draft.send();
        refused(Reason.STALE_NONCE);
    }

    @Nested
    class OfANodeThatDoesNotTrustItsClock {
        @BeforeEach
        void challenge() throws IOException {
            fixture.close();
            fixture =
                    new NodeFixture(directory.resolve("challenged"), true, Duration.ofMinutes(10));
        }

        private String nonce() {
            return nonceAfter("");
        }

        /** The newest nonce, once there is another than that. */
        private String nonceAfter(String old) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> newest().filter(nonce -> !nonce.equals(old)).isPresent());
            return newest().orElseThrow();
        }

        private Optional<String> newest() {
            var all = fixture.announcements();
            return all.isEmpty() ? Optional.empty() : all.getLast().nonce();
        }

        private NodeFixture.Draft quoting(String nonce) {
            var draft = change();
            draft.nonces = Map.of(fixture.id, nonce);
            return draft;
        }

        @Test
        void whatQuotesItsNonceIsDoneWhateverTheClockSays() {
            change().send();
            assertThat(outcome()).isInstanceOf(Outcome.Expired.class);
            quoting(nonce()).send();
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        }

        @Test
        void aNonceIsGoodOnceAndAnotherIsAnnouncedAtOnce() {
            var nonce = nonce();
            quoting(nonce).send();
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            quoting(nonce).send();
            refused(Reason.STALE_NONCE);
            quoting(nonceAfter(nonce)).send();
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            assertThat(fixture.runs).hasValue(2);
        }

        @Test
        void theSameMessageIsDoneOnceHoweverOftenItComesAndAfterARestart() throws IOException {
            var message = quoting(nonce()).message();
            fixture.deliver(message);
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            fixture.deliver(message);
            fixture.restart();
            fixture.deliver(message);
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            fixture.draft("test.look", ActionClass.READ).send();
            assertThat(outcome()).isInstanceOf(Outcome.Expired.class);
            assertThat(fixture.replies()).isEmpty();
            assertThat(fixture.runs).hasValue(1);
        }

        /** A request is remembered as long as its nonce is good, by a clock that is ahead too. */
        @Test
        void aLookThatComesAgainIsNotDoneAgain() {
            var draft = fixture.draft("test.look", ActionClass.READ);
            draft.nonces = Map.of(fixture.id, nonce());
            var message = draft.message();
            fixture.deliver(message);
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            fixture.pass(Duration.ofMinutes(5));
            fixture.deliver(message);
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            assertThat(fixture.runs).hasValue(1);
            assertThat(fixture.audit()).contains("\"why\":\"replayed\"");
        }

        @Test
        void aNonceOfAnEarlierLifeIsVoid() throws IOException {
            var nonce = nonce();
            fixture.restart();
            quoting(nonce).send();
            refused(Reason.STALE_NONCE);
            assertThat(nonceAfter(nonce)).isNotEqualTo(nonce);
        }

        @Test
        void theNonceOfAnotherNodeIsNotItsOwn() {
            var draft = change();
            draft.nonces = Map.of(new NodeId("n2"), nonce());
            draft.send();
            assertThat(outcome()).isInstanceOf(Outcome.Expired.class);
            quoting("f".repeat(32)).send();
            refused(Reason.STALE_NONCE);
            assertThat(fixture.runs).hasValue(0);
        }

        @Test
        void aNonceSaysWhichBootIsMeant() {
            var draft = fixture.draft("test.wipe", ActionClass.DESTRUCTIVE);
            draft.bind = Map.of();
            draft.nonces = Map.of(fixture.id, nonce());
            draft.send();
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        }

        @Test
        void whatIsMeantForAnEarlierBootIsVoidWithANonceToo() {
            var draft = quoting(nonce());
            draft.bind = Map.of(fixture.id, "another-boot");
            draft.send();
            refused(Reason.OTHER_BOOT);
        }

        @Test
        void anApprovalIsGoodAsLongAsTheRequestThatQuotesTheNonce() {
            fixture.policy(
                    """
                    {"rules":[{"effect":"allow","callers":["operator/alice"],
                      "actions":["test.change"],
                      "approvals":{"count":1,"by":["operator/bob"]}}]}
                    """);
            var bob = fixture.fleet.operator("bob");
            var nonce = nonce();
            quoting(nonce).approvedBy(bob).send();
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            var draft = quoting(nonceAfter(nonce));
            var digest = draft.request().encode().sha256().hex();
            draft.attached = List.of(draft.approval(bob, digest, draft.issued.plusSeconds(59)));
            draft.send();
            refused(Reason.APPROVAL_MISSING);
        }

        @Test
        void rulesAboutTimesNeverAllowAndAlwaysDeny() {
            var rule =
                    "{\"effect\":\"%s\",\"callers\":[\"operator/*\"],\"actions\":[\"test.*\"]%s}";
            var always = rule.formatted("allow", ",\"times\":[{\"zone\":\"UTC\"}]");
            var night =
                    rule.formatted("deny", ",\"times\":[{\"from\":\"01:00\",\"to\":\"02:00\"}]");
            fixture.policy("{\"rules\":[" + always + "]}");
            var nonce = nonce();
            quoting(nonce).send();
            refused(Reason.WINDOW);
            fixture.policy("{\"rules\":[" + rule.formatted("allow", "") + "," + night + "]}");
            quoting(nonceAfter(nonce)).send();
            refused(Reason.POLICY);
        }

        @Test
        void itDoesNotRaiseTheMarkOfTheClock() {
            var draft = quoting(nonce());
            draft.issued = draft.issued.plus(Duration.ofDays(365));
            draft.send();
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
            fixture.nodeAhead(Duration.ZERO);
            change().send();
            assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        }
    }

    @Nested
    class OfANodeThatBelievesItIs1970 {
        @BeforeEach
        void challenge() throws IOException {
            fixture.close();
            var back = Duration.between(NodeFixture.NOON, Instant.ofEpochSecond(60));
            fixture = new NodeFixture(directory.resolve("old"), true, back);
        }

        /** The bus in memory drops what it believes expired, the node's words among it. */
        @Test
        void anOperatorsCertificateFromItsFutureIsBelieved() {
            change().send();
            assertThat(fixture.audit()).contains("\"reason\":\"from-future\"");
            assertThat(fixture.audit()).doesNotContain("bad-certificate");
        }
    }
}
