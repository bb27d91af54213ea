package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Value.Fields;
import io.muster.node.NodeFixture.Draft;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The policy's conditions and limits, on a node that gets requests. */
class PermitsTest {
    @TempDir Path directory;
    private NodeFixture fixture;
    private int answers;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** One rule that lets Alice do anything of the tests, with that besides. */
    private void policy(String more) throws IOException {
        Files.writeString(
                directory.resolve("policy.json"),
                """
                {"rules":[{"effect":"allow","callers":["operator/alice"],
                  "actions":["test.*","test.wipe"]%s}]}
                """
                        .formatted(more));
    }

    private Outcome outcome(Draft draft) {
        draft.send();
        answers++;
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == answers);
        return ((Reply.Answer.Final) fixture.replies().getLast().answer()).outcome();
    }

    private Draft change() {
        return fixture.draft("test.change", ActionClass.CHANGE);
    }

    private void refused(Draft draft, Reason reason) {
        var outcome = outcome(draft);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(reason);
    }

    private void done(Draft draft) {
        assertThat(outcome(draft)).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void argumentsAreJudgedAsTheActionGetsThem() throws IOException {
        policy(",\"arguments\":{\"word\":{\"oneOf\":[\"yes\"]}}");
        var yes = change();
        yes.arguments = Fields.EMPTY.with("word", "yes");
        done(yes);
        var no = change();
        no.arguments = Fields.EMPTY.with("word", "no");
        refused(no, Reason.POLICY);
        refused(change(), Reason.POLICY);
    }

    @Test
    void aFileOfFactsCountsAndWhatTheNodeSaysOfItselfDoesNot() throws IOException {
        policy(",\"facts\":{\"role\":[\"mail\"]}");
        refused(change(), Reason.POLICY); // the fixture's own facts say role=mail
        var facts = Files.createDirectories(directory.resolve("facts"));
        Files.writeString(facts.resolve("role.json"), "{\"role\":\"mail\"}");
        fixture.pass(Duration.ofSeconds(10));
        done(change());
    }

    @Test
    void aFileOfFactsThatOthersMayWriteAllowsNothing() throws IOException {
        policy(",\"facts\":{\"role\":[\"mail\"]}");
        var facts = Files.createDirectories(directory.resolve("facts"));
        var file = Files.writeString(facts.resolve("role.json"), "{\"role\":\"mail\"}");
        Files.setPosixFilePermissions(
                file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-rw-"));
        refused(change(), Reason.POLICY);
    }

    @Test
    void moreTargetsThanAllowedOrNobodyKnowsHowMany() throws IOException {
        policy(",\"maxTargets\":2");
        var two = change();
        two.targets = Optional.of(List.of(fixture.id, new NodeId("n2")));
        done(two);
        var three = change();
        three.targets = Optional.of(List.of(fixture.id, new NodeId("n2"), new NodeId("n3")));
        refused(three, Reason.TOO_MANY_TARGETS);
        var all = change();
        all.targets = Optional.empty();
        refused(all, Reason.TOO_MANY_TARGETS);
    }

    @Test
    void soManyAnHourAlsoIfTheNodeAgentStartsAgain() throws IOException {
        policy(",\"perHour\":2");
        done(change());
        done(change());
        refused(change(), Reason.TOO_OFTEN);
        fixture.restart();
        refused(change(), Reason.TOO_OFTEN);
        fixture.pass(Duration.ofHours(1));
        done(change());
    }

    @Test
    void fiveDestructiveRequestsAMinuteAndNoMore() throws IOException {
        policy("");
        for (int i = 0; i < 5; i++) {
            done(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE));
        }
        refused(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE), Reason.TOO_OFTEN);
        fixture.pass(Duration.ofSeconds(13));
        done(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE));
    }
}
