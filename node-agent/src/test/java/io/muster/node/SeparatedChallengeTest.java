package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.node.helper.Word;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A machine whose clock is ten minutes ahead, with a node agent that is not root. */
class SeparatedChallengeTest {
    @TempDir private Path directory;
    private HelperFixture helper;

    @BeforeEach
    void start() throws IOException {
        helper = new HelperFixture(directory, true, Duration.ofMinutes(10));
    }

    @AfterEach
    void stop() throws InterruptedException {
        helper.close();
    }

    /** The newest nonce that was announced, once there is another than that. */
    private String announcedAfter(String old) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> newest().filter(nonce -> !nonce.equals(old)).isPresent());
        return newest().orElseThrow();
    }

    private Optional<String> newest() {
        var all = helper.node.announcements();
        return all.isEmpty() ? Optional.empty() : all.getLast().nonce();
    }

    /** One that the helper has drawn: it was there when the node agent announced itself again. */
    private String nonce() {
        var before = announcedAfter("");
        helper.node.connectAgain();
        return announcedAfter(before);
    }

    private NodeFixture.Draft quoting(String nonce) {
        var draft = helper.node.draft("test.change", ActionClass.CHANGE);
        draft.nonces = Map.of(helper.node.id, nonce);
        return draft;
    }

    private Outcome outcome(NodeFixture.Draft draft) {
        draft.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> !helper.node.replies().isEmpty());
        return ((Answer.Final) helper.node.replies().removeFirst().answer()).outcome();
    }

    private void assertStale(Bytes message) throws IOException {
        HelperFixture.assertRefused(helper.ask(message), Reason.STALE_NONCE);
    }

    @Test
    void whatQuotesTheAnnouncedNonceIsDoneByTheHelper() {
        var nonce = nonce();
        assertThat(outcome(helper.node.draft("test.change", ActionClass.CHANGE)))
                .isInstanceOf(Outcome.Expired.class);
        assertThat(outcome(quoting(nonce))).isEqualTo(Outcome.ok("done"));
        assertThat(outcome(quoting(announcedAfter(nonce)))).isEqualTo(Outcome.ok("done"));
        assertThat(helper.runs).hasValue(2);
    }

    @Test
    void withTheNodeAgentsUserANonceIsGoodOnceAllTheSame() throws IOException {
        var nonce = nonce();
        assertThat(helper.ask(quoting(nonce).message()))
                .isEqualTo(new Word.Done(Outcome.ok("done")));
        assertStale(quoting(nonce).message());
        assertThat(helper.runs).hasValue(1);
    }

    /** Somebody with the node agent's user may announce whatever he likes. */
    @Test
    void aNonceThatTheHelperHasNotDrawnIsNone() throws IOException {
        assertStale(quoting("0".repeat(32)).message());
        assertThat(helper.runs).hasValue(0);
    }

    @Test
    void aNonceOfAnEarlierLifeOfTheHelperIsVoid() throws Exception {
        var nonce = nonce();
        var message = quoting(nonce).message();
        helper.restart();
        assertStale(message);
        assertThat(outcome(quoting(nonce)))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.STALE_NONCE));
        assertThat(outcome(quoting(announcedAfter(nonce)))).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void withoutTheHelperOneCanStillLook() throws Exception {
        helper.stop();
        var look = helper.node.draft("test.look", ActionClass.READ);
        look.nonces = Map.of(helper.node.id, nonce());
        assertThat(outcome(look)).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void aHelperThatGoesByItsClockHandsOutNone() throws Exception {
        helper.close();
        helper = new HelperFixture(directory.resolve("other"));
        assertThat(helper.ask(new Word.Challenge())).isEqualTo(new Word.Ignored());
    }
}
