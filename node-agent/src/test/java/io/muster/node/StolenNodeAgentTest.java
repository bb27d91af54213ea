package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value.Fields;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;
import io.muster.security.Envelope;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody has the node agent's user, its keys and every message that came, and talks to the root
 * helper: it can pass on what an operator signed, once, and nothing else.
 */
class StolenNodeAgentTest {
    @TempDir private Path directory;
    private HelperFixture helper;

    @BeforeEach
    void start() throws IOException {
        helper = new HelperFixture(directory);
    }

    @AfterEach
    void stop() throws InterruptedException {
        helper.close();
    }

    private NodeFixture.Draft change() {
        return helper.node.draft("test.change", ActionClass.CHANGE);
    }

    private void assertRefused(Bytes envelope, Reason reason) throws IOException {
        HelperFixture.assertRefused(helper.ask(envelope), reason);
        assertThat(helper.runs).hasValue(0);
    }

    private void assertIgnored(Bytes envelope) throws IOException {
        assertThat(helper.ask(envelope)).isEqualTo(new Word.Ignored());
        assertThat(helper.runs).hasValue(0);
    }

    @Test
    void whatAnOperatorSignedIsDone() throws IOException {
        assertThat(helper.ask(change().message())).isEqualTo(new Word.Done(Outcome.ok("done")));
        assertThat(helper.runs).hasValue(1);
        assertThat(helper.audit()).contains("operator/alice", "accepted", "finished");
    }

    @Test
    void whatNobodySignedIsNot() throws IOException {
        assertIgnored(Bytes.utf8("{}"));
        assertIgnored(Bytes.utf8("not even JSON"));
        assertThat(helper.audit()).contains("malformed");
    }

    @Test
    void whatTheNodesOwnKeySignedIsNot() throws IOException {
        var draft = change();
        draft.signer = helper.node.node;
        assertIgnored(draft.message());
    }

    @Test
    void whatAnotherFleetsOperatorSignedIsNot() throws IOException {
        var draft = change();
        draft.signer = new TestFleet("test", NodeFixture.NOON).operator("alice");
        draft.sender = draft.signer;
        assertIgnored(draft.message());
    }

    @Test
    void whatWasAlteredIsNot() throws IOException {
        var good = Envelope.decode(change().message());
        var other = change();
        other.arguments = Fields.EMPTY.with("word", "evil");
        assertIgnored(
                new Envelope(
                                good.type(),
                                other.request().encode(),
                                good.signatures(),
                                good.certificates())
                        .encode());
    }

    @Test
    void whatIsForAnotherNodeIsNot() throws IOException {
        var draft = change();
        draft.targets = Optional.of(List.of(new NodeId("n2")));
        assertIgnored(draft.message());
    }

    @Test
    void whatHasExpiredIsNot() throws IOException {
        var message = change().message();
        helper.node.pass(Duration.ofSeconds(61));
        assertThat(helper.ask(message))
                .isInstanceOfSatisfying(
                        Word.Done.class,
                        done -> assertThat(done.outcome()).isInstanceOf(Outcome.Expired.class));
        assertThat(helper.runs).hasValue(0);
    }

    @Test
    void whatThePolicyForbidsIsNot() throws IOException {
        var draft = helper.node.draft("test.unnamed", ActionClass.DESTRUCTIVE);
        assertRefused(draft.message(), Reason.POLICY);
    }

    @Test
    void whatIsDestructiveAndNamesNoBootIsNot() throws IOException {
        var draft = helper.node.draft("test.wipe", ActionClass.DESTRUCTIVE);
        draft.bind = Map.of();
        assertRefused(draft.message(), Reason.NOT_BOUND);
    }

    @Test
    void whatTheActionsSpecForbidsIsNot() throws IOException {
        var draft = change();
        draft.arguments = Fields.EMPTY.with("word", "NOT THIS");
        assertRefused(draft.message(), Reason.INVALID_INPUT);
        assertRefused(
                helper.node.draft("test.wipe", ActionClass.READ).message(), Reason.CLASS_MISMATCH);
    }

    @Test
    void onceIsOnceWhateverRestarts() throws IOException, InterruptedException {
        var message = change().message();
        assertThat(helper.ask(message)).isInstanceOf(Word.Done.class);
        assertThat(helper.ask(message)).isEqualTo(new Word.Ignored());
        helper.restart();
        assertThat(helper.ask(message)).isEqualTo(new Word.Ignored());
        assertThat(helper.runs).hasValue(1);
    }

    @Test
    void whatIsUnderWayIsNotBegunAgain() throws IOException {
        var message = helper.node.draft("test.hold", ActionClass.CHANGE).message();
        try (var line = helper.call()) {
            line.say(new Word.Perform(message));
            await().until(() -> helper.runs.get() == 1);
            assertThat(helper.ask(message)).isEqualTo(new Word.Ignored());
            helper.hold.countDown();
            assertThat(line.hear(Duration.ofSeconds(20))).isInstanceOf(Word.Done.class);
        }
        assertThat(helper.runs).hasValue(1);
    }

    @Test
    void anotherUserIsNotHeard() throws IOException, InterruptedException {
        helper.allowOnly("somebody-else");
        assertThatThrownBy(() -> helper.ask(change().message())).isInstanceOf(IOException.class);
        assertThat(helper.runs).hasValue(0);
    }

    @Test
    void wordsOutOfBoundsEndTheCallAndNothingElse() throws IOException {
        for (var letter : "PGTRCNHUIADOX".toCharArray()) {
            try (var channel = SocketChannel.open(helper.address())) {
                var frame = ByteBuffer.allocate(5).put((byte) letter).putInt(Integer.MAX_VALUE);
                channel.write(frame.flip());
                assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
            }
        }
        assertThatThrownBy(() -> outOfTurn(new Word.Go())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> outOfTurn(new Word.Ordered())).isInstanceOf(IOException.class);
        assertThat(helper.ask(change().message())).isInstanceOf(Word.Done.class);
    }

    private Word outOfTurn(Word word) throws IOException {
        try (var line = helper.call()) {
            line.say(word);
            return line.hear(Duration.ofSeconds(20));
        }
    }

    @Test
    void hangingUpStopsWhatIsUnderWay() throws IOException {
        try (var line = helper.call()) {
            line.say(
                    new Word.Perform(helper.node.draft("test.hold", ActionClass.CHANGE).message()));
            await().until(() -> helper.runs.get() == 1);
        }
        await().until(() -> helper.audit().contains("finished"));
    }

    @Test
    void theMachineGoesDownOnlyAfterTheGo() throws IOException {
        try (var line = armed()) {
            assertThat(helper.runs).hasValue(0);
            line.say(new Word.Go());
            assertThat(line.hear(Duration.ofSeconds(20))).isEqualTo(new Word.Ordered());
        }
        assertThat(helper.runs).hasValue(1);
    }

    @Test
    void whoHangsUpInsteadTakesNothingDown() throws IOException {
        armed().close();
        await().until(() -> helper.audit().contains("could not go down"));
        assertThat(helper.runs).hasValue(0);
    }

    private Line armed() throws IOException {
        var line = helper.call();
        line.say(new Word.Perform(helper.node.draft("test.later", ActionClass.CHANGE).message()));
        assertThat(line.hear(Duration.ofSeconds(20)))
                .isEqualTo(new Word.Armed("later", Duration.ofHours(1)));
        return line;
    }

    @Test
    void aHelperWithNothingToDoEnds() throws IOException, InterruptedException {
        var thread = helper.restartImpatient(Duration.ofMillis(10));
        assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    }
}
