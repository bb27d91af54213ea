package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code node.explain}: every reason why not, as the request itself would meet it. */
class ExplainTest {
    @TempDir private Path directory;
    private NodeFixture fixture;
    private int asked = 1;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Fields explained(String action, Fields more) {
        var draft = fixture.draft("node.explain", ActionClass.READ);
        draft.arguments = more.with("action", action);
        draft.replyTo = ReplyAddress.of(fixture.alice.identity(), "" + ++asked);
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        return ((Reply.Answer.Final) inbox.next().answer()).outcome().result();
    }

    private static List<String> words(Fields data) {
        return ((Items) data.member("reasons").orElseThrow())
                .items().stream()
                        .map(row -> ((Fields) row).member("reason").orElseThrow().toString())
                        .toList();
    }

    private List<String> reasons(String action) {
        return words(explained(action, Fields.EMPTY));
    }

    private Outcome outcome(NodeFixture.Draft draft) {
        var before = fixture.replies().size();
        draft.send();
        var reply = fixture.awaitReplies(before + 1).getLast();
        return ((Reply.Answer.Final) reply.answer()).outcome();
    }

    @Test
    void whatWouldBeDoneIsSaidToBeAndNothingIsBegun() {
        var data = explained("test.change", Fields.EMPTY.with("arguments", "{\"word\":\"yes\"}"));
        assertThat(data.member("would")).contains(Value.of(true));
        assertThat(reasons("test.wipe")).isEmpty();
        assertThat(fixture.runs).hasValue(0);
    }

    @Test
    void eachReasonIsWhatTheRequestItselfIsRefusedFor() {
        assertThat(reasons("test.nothing")).containsExactly("unknown-action");
        assertThat(reasons("test.forbidden")).containsExactly("policy");
        assertThat(words(explained("test.change", Fields.EMPTY.with("arguments", "{\"x\":1}"))))
                .containsExactly("invalid-input");
        assertThat(words(explained("test.change", Fields.EMPTY.with("dry_run", true))))
                .containsExactly("no-dry-run");
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["*","test.wipe"],
                           "maxTargets":5,"approvals":{"count":1,"by":["operator/carol"]}},
                          {"effect":"allow","callers":["operator/*"],"actions":["*"],
                           "classes":["read"]}]}
                """);
        assertThat(reasons("test.wipe")).containsExactly("approval-missing");
        var many = explained("test.wipe", Fields.EMPTY.with("targets", 6));
        assertThat(words(many)).containsExactly("policy");
        assertThat(many.toString()).contains("at most 5 targets; it is for 6");
    }

    @Test
    void severalReasonsAreAllSaid() {
        fixture.broadcast(fixture.lock("class:change"));
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["*"]}],
                 "freezes":[{"from":"2026-11-20T00:00","to":"2026-11-21T00:00","reason":"shop"}]}
                """);
        var data = explained("test.change", Fields.EMPTY);
        assertThat(words(data)).containsExactly("locked", "frozen");
        assertThat(data.toString())
                .contains("locked by operator/alice since", "may begin from 2026-11-21T00:00:00Z");
        assertThat(data.member("would")).contains(Value.of(false));
    }

    @Test
    void whoHoldsTheNodeIsSaid() {
        fixture.draft("test.hold", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        var data = explained("test.change", Fields.EMPTY);
        assertThat(words(data)).containsExactly("busy");
        assertThat(data.toString()).contains("operator/alice is at test.hold since");
        assertThat(reasons("test.look")).isEmpty();
    }

    @Test
    void aFilterIsExplainedTermByTermWithWhatTheNodeHas() {
        var filter =
                new Filter(
                        List.of("role=mail", "processors.count>4"),
                        List.of("webserver"),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("role=web or role=db"));
        var text = Json.text(filter.toValue());
        var data = explained("test.change", Fields.EMPTY.with("filter", text));
        assertThat(words(data)).containsExactly("filter-mismatch");
        assertThat(data.member("filter").orElseThrow().toString())
                .contains("\"text\":\"role=mail\",\"holds\":true,\"is\":\"role is mail\"")
                .contains("\"holds\":false,\"is\":\"there is no fact processors.count\"")
                .contains("\"option\":\"-C\",\"text\":\"webserver\",\"holds\":false")
                .contains(
                        "\"text\":\"role=web or role=db\",\"holds\":false,\"is\":\"role is mail\"");
    }

    @Test
    void whatTheNodeItselfLacksIsSaid() throws IOException {
        fixture.pass(Duration.ofMinutes(20));
        assertThat(outcome(fixture.draft("test.change", ActionClass.CHANGE)))
                .isEqualTo(Outcome.ok("done"));
        fixture.pass(Duration.ofMinutes(-20));
        assertThat(reasons("test.change")).containsExactly(Reason.CLOCK_BEHIND.word());
        fixture.stop();
        Files.writeString(directory.resolve("state/requests.journal"), "x".repeat(100));
        fixture.pass(Duration.ofMinutes(20));
        fixture.startAgain();
        assertThat(reasons("test.change")).containsExactly(Reason.NOT_RECORDED.word());
        assertThat(reasons("test.look")).isEmpty();
    }

    @Test
    void nothingIsCounted() {
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["node.*"]},
                          {"effect":"allow","callers":["operator/*"],"actions":["test.*"],
                           "perHour":1}]}
                """);
        for (int i = 0; i < 3; i++) {
            assertThat(reasons("test.change")).isEmpty();
        }
        assertThat(outcome(fixture.draft("test.change", ActionClass.CHANGE)))
                .isEqualTo(Outcome.ok("done"));
        assertThat(reasons("test.change")).containsExactly("too-often");
    }
}
