package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Recollection;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code node.outcomes}: nobody has to guess what silence meant. */
class NodeOutcomesTest {
    @TempDir private Path directory;
    private NodeFixture fixture;
    private int asked = 1;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.*","node.*"]},
                          {"effect":"deny","callers":["operator/*"],"actions":["test.forbidden"]}]}
                """);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private RequestId sent(String action, ActionClass actionClass) {
        return fixture.draft(action, actionClass).send().id;
    }

    private RequestId done(String action, ActionClass actionClass) {
        var before = fixture.replies().size();
        var id = sent(action, actionClass);
        fixture.awaitReplies(before + 1);
        return id;
    }

    private Fields ask(Credentials who, RequestId... requests) {
        return ask(who, Fields.EMPTY, requests);
    }

    private Fields ask(Credentials who, Fields more, RequestId... requests) {
        var draft = fixture.draft("node.outcomes", ActionClass.READ);
        var ids = List.of(requests).stream().map(RequestId::value).toList();
        draft.arguments = more.with("requests", Value.texts(ids));
        draft.sender = who;
        draft.signer = who;
        draft.replyTo = ReplyAddress.of(who.identity(), "" + ++asked);
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        var outcome = ((Reply.Answer.Final) inbox.next().answer()).outcome();
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return outcome.result();
    }

    private Recollection ask(RequestId request) {
        return of(ask(fixture.alice, request), request);
    }

    private static Recollection of(Fields data, RequestId request) {
        var all = (Fields) data.member("requests").orElseThrow();
        return Recollection.of((Fields) all.member(request.value()).orElseThrow());
    }

    private static Outcome outcome(Recollection recollection) {
        return ((Recollection.Ended) recollection).outcome();
    }

    @Test
    void whatEndedIsTold() throws IOException {
        var changed = done("test.change", ActionClass.CHANGE);
        var looked = done("test.look", ActionClass.READ);
        var refused = done("test.forbidden", ActionClass.READ);
        assertThat(outcome(ask(changed))).isEqualTo(Outcome.ok("done"));
        assertThat(outcome(ask(looked))).isEqualTo(Outcome.ok("done"));
        assertThat(((Outcome.Refused) outcome(ask(refused))).reason()).isEqualTo(Reason.POLICY);

        fixture.restart();
        assertThat(outcome(ask(changed))).isEqualTo(Outcome.ok("done"));
        assertThat(ask(looked)).isInstanceOf(Recollection.Seen.class);
    }

    @Test
    void whatOnlyLookedIsForgottenSomeMinutesAfterItsExpiry() throws IOException {
        var changed = done("test.change", ActionClass.CHANGE);
        var looked = done("test.look", ActionClass.READ);
        fixture.pass(Duration.ofMinutes(10));
        fixture.minute();
        assertThat(outcome(ask(looked))).isEqualTo(Outcome.ok("done"));
        fixture.pass(Duration.ofMinutes(10));
        fixture.minute();
        assertThat(ask(looked)).isNotInstanceOf(Recollection.Ended.class);
        assertThat(outcome(ask(changed))).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void whatNobodySentIsUnknownAndItIsSaidWhatMayBeForgotten() throws IOException {
        var never = new RequestId("f".repeat(32));
        assertThat(ask(never)).isEqualTo(new Recollection.Unknown());
        assertThat(forgotten()).isEqualTo(NodeFixture.NOON.plus(Duration.ofHours(1)));

        var old = done("test.change", ActionClass.CHANGE);
        fixture.pass(Duration.ofHours(26));
        fixture.restart();
        assertThat(ask(old)).isEqualTo(new Recollection.Unknown());
        assertThat(forgotten()).isAfter(NodeFixture.NOON);
    }

    private Instant forgotten() {
        var data = ask(fixture.alice, new RequestId("f".repeat(32)));
        var millis = (Value.Whole) data.member("forgotten").orElseThrow();
        return Instant.ofEpochMilli(millis.number());
    }

    @Test
    void whatIsUnderWayIsRunningAndAfterACrashInterrupted() throws IOException {
        var held = sent("test.hold", ActionClass.CHANGE);
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
        assertThat(((Recollection.Running) ask(held)).since()).isEqualTo(NodeFixture.NOON);

        fixture.restart();
        assertThat(outcome(ask(held))).isInstanceOf(Outcome.Interrupted.class);
    }

    @Test
    void othersLearnHowItEndedAndNotWhatItTold() {
        var changed = done("test.change", ActionClass.CHANGE);
        var bob = fixture.fleet.operator("bob");
        assertThat(of(ask(bob, changed), changed)).isEqualTo(new Recollection.Unknown());
        var alices = ask(bob, Fields.EMPTY.with("of", "alice"), changed);
        var told = (Recollection.Ended) of(alices, changed);
        assertThat(told.outcome()).isEqualTo(Outcome.ok("told to its caller alone"));
    }
}
