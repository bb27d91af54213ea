package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.action.ActionClass;
import io.muster.journal.Disk;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.Withdrawals.Withdrawn;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;

/** Programs that outlive the node agent and the root helper: begun once, and told of once. */
class OutlivingTest {
    private static final Outcome GONE_ON = new Outcome.Changed("gone on", Fields.EMPTY);

    @TempDir private Path directory;

    private Path marks() {
        return directory.resolve("marks");
    }

    private Path go() {
        return directory.resolve("go");
    }

    private void program(NodeFixture fixture, String timeout) throws IOException {
        var script =
                """
                #!/bin/sh
                echo begun >>%s
                while [ ! -e %s ]; do sleep 0.05; done
                echo '{"state":"changed","message":"gone on"}'
                """
                        .formatted(marks(), go());
        NodeOutputTest.program(
                fixture,
                "test.long",
                """
                {"name":"test.long","summary":"takes long","class":"change","timeout":"%s",
                 "outlives":true}
                """
                        .formatted(timeout),
                script);
    }

    private RequestId underWay(NodeFixture fixture) {
        var id = fixture.draft("test.long", ActionClass.CHANGE).send().id;
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(marks()));
        return id;
    }

    private void letGo() throws IOException {
        Files.writeString(go(), "");
    }

    private static Outcome end(NodeFixture fixture) {
        var replies = fixture.awaitReplies(1);
        assertThat(replies).hasSize(1);
        return ((Answer.Final) replies.getFirst().answer()).outcome();
    }

    private void assertBegunOnce() throws IOException {
        assertThat(Files.readAllLines(marks())).isEqualTo(List.of("begun"));
    }

    @Test
    void itGoesOnAcrossRestartsOfTheNodeAgentAndEndsAsItWouldHave() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, "1m");
            var id = underWay(fixture);
            fixture.restart();
            fixture.restart();
            assertThat(fixture.replies()).isEmpty();
            letGo();
            assertThat(end(fixture)).isEqualTo(GONE_ON);
            assertBegunOnce();
            await().atMost(Duration.ofSeconds(10)).until(() -> !Files.exists(place(id)));
        }
    }

    private Path place(RequestId id) {
        return directory.resolve("state/running").resolve(key(id));
    }

    private static String key(RequestId id) {
        return new RequestKey(id, new Identity("test", Role.OPERATOR, "alice")).fileName();
    }

    @Test
    void whatEndedWhileNobodyWasThereIsToldByTheNext() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, "1m");
            var id = underWay(fixture);
            fixture.stop();
            letGo();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> Files.exists(place(id).resolve("status")));
            fixture.startAgain();
            assertThat(end(fixture)).isEqualTo(GONE_ON);
            assertBegunOnce();
        }
    }

    @Test
    void itsTimeIsLimitedAfterARestartToo() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, "2s");
            underWay(fixture);
            fixture.restart();
            assertThat(end(fixture).toString()).contains("timeout", "took too long");
            assertBegunOnce();
        }
    }

    @Test
    void oneThatIsGoneWithoutAWordIsInterruptedAndNotBegunAgain() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, "1m");
            var id = underWay(fixture);
            fixture.stop();
            var begun = Files.readString(place(id).resolve("begun"));
            var leader = ProcessHandle.of(Long.parseLong(begun.substring(0, begun.indexOf(' '))));
            leader.orElseThrow().destroyForcibly();
            leader.orElseThrow().onExit().join();
            letGo();
            fixture.startAgain();
            assertThat(end(fixture)).isInstanceOf(Outcome.Interrupted.class);
            assertBegunOnce();
        }
    }

    @Test
    void itCanBeCancelledAfterARestart() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, "1m");
            var id = underWay(fixture);
            var begun = Files.readString(place(id).resolve("begun"));
            fixture.restart();
            CancelledProgramTest.cancel(fixture, id);
            fixture.awaitReplies(2);
            assertThat(fixture.replies().toString()).contains("Cancelled");
            CancelledProgramTest.assertDead(Long.parseLong(begun.substring(0, begun.indexOf(' '))));
            assertBegunOnce();
        }
    }

    @Test
    void whatWasCancelledBeforeTheNodeAgentDiedIsEndedByTheNextAndNotGoneOnWith()
            throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            program(fixture, "1m");
            var key = new RequestKey(underWay(fixture), fixture.alice.identity());
            fixture.stop();
            var status = place(key.id()).resolve("begun");
            var begun = Files.readString(status);
            try (var journal =
                    RequestJournal.open(
                            directory.resolve("state/requests.journal"),
                            fixture::now,
                            Duration.ofSeconds(30),
                            Duration.ofDays(1),
                            Disk.REAL)) {
                // As whoever cancels says it: until then the request might have begun.
                var until = fixture.now().minusSeconds(60);
                journal.withdraw(new Withdrawn(key, key.sender(), until));
            }
            fixture.startAgain();
            assertThat(end(fixture)).isInstanceOf(Outcome.Cancelled.class);
            assertThat(end(fixture).message()).startsWith("cancelled by operator/alice after");
            var pid = Long.parseLong(begun.substring(0, begun.indexOf(' ')));
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
            assertBegunOnce();
        }
    }

    @Test
    void withARootHelperItHoldsOthersUpAfterARestartAndCanBeCancelled()
            throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            program(helper.node, "1m");
            var id = underWay(helper.node);
            helper.node.restart();
            helper.node.draft("test.change", ActionClass.CHANGE).send();
            assertThat(end(helper.node).toString()).contains("busy", "is at test.long");
            var queued = helper.node.draft("test.change", ActionClass.CHANGE);
            queued.queued = true;
            queued.send();
            var cancel = helper.node.draft("node.cancel", ActionClass.CHANGE);
            cancel.arguments = Fields.EMPTY.with("requests", Value.texts(List.of(id.value())));
            cancel.send();
            // What waited is done as soon as that is over.
            var replies = helper.node.awaitReplies(4);
            assertThat(replies).hasSize(4);
            assertThat(replies.toString()).contains("Cancelled", "stopped");
            assertThat(replies.stream().map(Reply::answer))
                    .contains(new Answer.Final(Outcome.ok("done")));
            assertBegunOnce();
        } finally {
            helper.close();
        }
    }

    @Test
    void withARootHelperThatDoesNotHearOfItACancelGivesNoPlaceUp()
            throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            program(helper.node, "1m");
            var id = underWay(helper.node);
            helper.stop();
            var attending = new LinkedBlockingQueue<Line>();
            try (var door = helper.door()) {
                Thread.ofVirtual().start(() -> attendOnly(door, attending));
                assertThat(attending.poll(20, SECONDS)).isNotNull();
                var cancel = helper.node.draft("node.cancel", ActionClass.CHANGE);
                cancel.arguments = Fields.EMPTY.with("requests", Value.texts(List.of(id.value())));
                cancel.send();
                // It has been told to stop, and asks all the same how that ends.
                var again = Optional.ofNullable(attending.poll(20, SECONDS));
                helper.node.draft("test.change", ActionClass.CHANGE).send();
                assertThat(end(helper.node).toString()).contains("busy", "is at test.long");
                again.orElseThrow().say(new Word.Done(GONE_ON));
                assertThat(helper.node.awaitReplies(3).stream().map(Reply::answer))
                        .contains(new Answer.Final(GONE_ON));
            }
            letGo();
            // Whoever outlives everybody must not outlive the test.
            var status = helper.state.resolve("running").resolve(key(id)).resolve("status");
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(status));
        } finally {
            helper.close();
        }
    }

    /** A helper that hears nothing else. */
    private static void attendOnly(ServerSocketChannel door, Queue<Line> attending) {
        try {
            while (true) {
                var line = new Line(door.accept());
                if (line.hear(Duration.ofSeconds(20)) instanceof Word.Attend) {
                    attending.add(line);
                } else {
                    line.close();
                }
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    @Test
    void withARootHelperWhatWaitsIsDoneAfterWhatHadToBeKilled()
            throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            NodeOutputTest.program(
                    helper.node,
                    "test.stubborn",
                    """
                    {"name":"test.stubborn","summary":"stays","class":"change","timeout":"1s"}
                    """,
                    "#!/bin/sh\ntrap '' TERM\ntouch %s\nsleep 60 & wait\nsleep 60\n"
                            .formatted(marks()));
            helper.node.draft("test.stubborn", ActionClass.CHANGE).send();
            await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(marks()));
            for (int i = 0; i < 2; i++) {
                var queued = helper.node.draft("test.change", ActionClass.CHANGE);
                queued.queued = true;
                queued.send();
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> helper.node.replies().size() == 3);
            assertThat(helper.node.replies().getFirst().answer().toString()).contains("timeout");
            assertThat(helper.node.replies().subList(1, 3))
                    .allMatch(r -> r.answer().equals(new Answer.Final(Outcome.ok("done"))));
        } finally {
            helper.close();
        }
    }

    @Test
    void withARootHelperItOutlivesTheNodeAgentAndTheHelper()
            throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            program(helper.node, "1m");
            underWay(helper.node);
            helper.node.restart();
            helper.stop();
            helper.startAgain();
            assertThat(helper.node.replies()).isEmpty();
            letGo();
            assertThat(end(helper.node)).isEqualTo(GONE_ON);
            assertBegunOnce();
        } finally {
            helper.close();
        }
    }

    @Test
    void theNodeAgentWaitsForAHelperThatIsStartedAgain() throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            program(helper.node, "1m");
            underWay(helper.node);
            helper.stop();
            letGo();
            helper.startAgain();
            assertThat(end(helper.node)).isEqualTo(GONE_ON);
            assertBegunOnce();
        } finally {
            helper.close();
        }
    }
}
