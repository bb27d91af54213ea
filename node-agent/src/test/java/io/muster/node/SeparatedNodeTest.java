package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A node agent that is not root, with a root helper beside it, or with none. */
class SeparatedNodeTest {
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

    private Outcome outcome() {
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                helper.node.replies().stream()
                                        .anyMatch(r -> r.answer() instanceof Reply.Answer.Final));
        return ((Reply.Answer.Final) helper.node.replies().getLast().answer()).outcome();
    }

    @Test
    void theHelperChangesThings() {
        helper.node.draft("test.change", ActionClass.CHANGE).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(helper.runs).hasValue(1);
        assertThat(helper.node.runs).hasValue(0);
    }

    @Test
    void theNodeAgentLooksByItself() throws InterruptedException {
        helper.stop();
        helper.node.draft("test.look", ActionClass.READ).send();
        assertThat(outcome()).isEqualTo(Outcome.ok("done"));
        assertThat(helper.node.runs).hasValue(1);
        assertThat(helper.runs).hasValue(0);
        helper.node.draft("trust.status", ActionClass.READ).send();
        helper.node.awaitReplies(2);
        assertThat(outcome()).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void theHelperTakesTheMachineDownOnceTheCallerKnows() {
        helper.node.draft("test.later", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> helper.runs.get() == 1);
        assertThat(helper.node.replies()).hasSize(1);
        assertThat(helper.node.replies().getFirst().answer())
                .isEqualTo(new Reply.Answer.Armed("later"));
    }

    @Test
    void whatTheHelpersProgramsSaidIsAskedOfTheHelperAndTheRecordOfTheNodeAgent()
            throws IOException {
        NodeOutputTest.program(
                helper.node,
                "test.loud",
                """
                {"name":"test.loud","summary":"says much","class":"change","timeout":"1m"}
                """,
                "#!/bin/sh\nseq 1 40000 >&2\nexit 3\n");
        var request = NodeOutputTest.run(helper.node);
        assertThat(NodeOutputTest.last(helper.node).message()).contains("kept at the node");
        assertThat(directory.resolve("state/output")).doesNotExist();
        assertThat(helper.state.resolve("output")).isNotEmptyDirectory();

        var told = NodeOutputTest.ask(helper.node, helper.node.alice, request, 0, 2);
        assertThat(told.message()).isEqualTo("147456 of 228894 bytes");

        var ask = helper.node.draft("node.outcomes", ActionClass.READ);
        ask.arguments = Fields.EMPTY.with("requests", Value.texts(List.of(request.value())));
        var before = helper.node.replies().size();
        ask.send();
        assertThat(helper.node.awaitReplies(before + 1).getLast().answer().toString())
                .contains("ended", "exit-status");
    }

    @Test
    void withoutAHelperNothingIsChangedAndThatIsSaid() throws InterruptedException {
        helper.stop();
        helper.node.draft("test.change", ActionClass.CHANGE).send();
        assertFailed("no-helper");
        assertThat(helper.node.runs).hasValue(0);
    }

    @Test
    void whatTheHelperHasDoneAlreadyIsNotDoneAgain() throws IOException {
        var draft = helper.node.draft("test.change", ActionClass.CHANGE);
        helper.ask(draft.message());
        draft.send();
        assertFailed("not-believed");
        assertThat(helper.runs).hasValue(1);
    }

    @Test
    void aHelperThatHangsIsATimeOut() throws IOException, InterruptedException {
        helper.stop();
        try (var _ = listener()) {
            helper.node.draft("test.hang", ActionClass.CHANGE).send();
            assertFailed("timeout");
        }
    }

    @Test
    void aHelperThatDiesInTheMiddleIsAnInterruption() throws IOException, InterruptedException {
        helper.stop();
        try (var door = listener()) {
            helper.node.draft("test.change", ActionClass.CHANGE).send();
            try (var line = new Line(door.accept())) {
                assertThat(line.hear(Duration.ofSeconds(20))).isInstanceOf(Word.Perform.class);
            }
            assertThat(outcome()).isInstanceOf(Outcome.Interrupted.class);
        }
    }

    @Test
    void aHelperOfSomebodyElseIsAskedNothing() throws IOException {
        var stranger =
                new HelperDoor(
                        directory.resolve("helper.sock"),
                        Set.of("somebody-else"),
                        directory.resolve("node.crt"));
        try (var node =
                new NodeFixture(directory.resolve("second"), false, Duration.ZERO, stranger)) {
            node.draft("test.change", ActionClass.CHANGE).send();
            await().atMost(Duration.ofSeconds(20)).until(() -> !node.replies().isEmpty());
            assertThat(node.replies().getFirst().answer().toString())
                    .contains("no-helper", "not to root");
        }
        assertThat(helper.runs).hasValue(0);
    }

    private NodeFixture.Draft cancel(RequestId id) {
        var wish = helper.node.draft("node.cancel", ActionClass.CHANGE);
        wish.arguments = Fields.EMPTY.with("requests", Value.texts(List.of(id.value())));
        wish.replyTo = ReplyAddress.of(helper.node.alice.identity(), "2");
        return wish;
    }

    @Test
    void theHelperStopsWhatIsCancelledAndTellsHowFarItCame() {
        var held = helper.node.draft("test.hold", ActionClass.CHANGE).send().id;
        await().atMost(Duration.ofSeconds(20)).until(() -> helper.runs.get() == 1);
        var wish = cancel(held);
        var inbox = helper.node.listen(wish.replyTo);
        wish.send();
        assertThat(inbox.next().answer().toString()).contains("stopped");
        assertThat(outcome()).isInstanceOf(Outcome.Cancelled.class);
        assertThat(outcome().result()).isEqualTo(Fields.EMPTY.with("half", true));
    }

    @Test
    void theHelperDoesNotBeginWhatIsCancelledWhoeverPassesItOn() throws IOException {
        var coming = helper.node.draft("test.change", ActionClass.CHANGE);
        var wish = cancel(coming.id);
        var inbox = helper.node.listen(wish.replyTo);
        wish.send();
        inbox.next();
        assertThat(helper.ask(coming.message()).toString()).contains("Cancelled");
        assertThat(helper.runs).hasValue(0);
    }

    @Test
    void whatRunsInAHelperThatDoesNotListenIsStoppedByHangingUp()
            throws IOException, InterruptedException {
        helper.stop();
        try (var door = listener()) {
            var held = helper.node.draft("test.hold", ActionClass.CHANGE).send().id;
            try (var line = new Line(door.accept())) {
                assertThat(line.hear(Duration.ofSeconds(20))).isInstanceOf(Word.Perform.class);
                cancel(held).send();
                new Line(door.accept()).close();
                assertThatThrownBy(() -> line.hear(Duration.ofSeconds(20)))
                        .isInstanceOf(EOFException.class);
            }
            assertThat(outcome()).isInstanceOf(Outcome.Cancelled.class);
        }
    }

    private void assertFailed(String code) {
        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Outcome.Failed.class, f -> assertThat(f.code()).isEqualTo(code));
    }

    private ServerSocketChannel listener() throws IOException {
        var socket = directory.resolve("helper.sock");
        java.nio.file.Files.deleteIfExists(socket);
        var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        door.bind(UnixDomainSocketAddress.of(socket));
        return door;
    }
}
