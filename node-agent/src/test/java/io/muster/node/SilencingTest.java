package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whatever others send, in whosever name, all within a minute: a genuine message is heard. */
class SilencingTest {
    /** More than a node would put up with of one signer in ten minutes. */
    private static final int FLOOD = 10 * NodeLimits.DEFAULT.requestsPerMinute() + 1;

    @TempDir private Path directory;
    private NodeFixture fixture;
    private int ids = 1_000_000;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private NodeFixture.Draft look() {
        return fixture.draft("test.look", ActionClass.READ);
    }

    private void flood(Bytes message, int times) {
        for (int i = 0; i < times; i++) {
            fixture.handOver(message);
        }
    }

    /** What Alice hears when she asks now. */
    private Outcome asked() {
        var draft = look().send();
        return await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> answerTo(draft.id), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Outcome> answerTo(RequestId id) {
        return fixture.replies().stream()
                .filter(reply -> reply.request().equals(id))
                .map(reply -> ((Reply.Answer.Final) reply.answer()).outcome())
                .findFirst();
    }

    /** The same, of somebody else; a refusal is an answer too. */
    private Optional<Reason> changeBy(Credentials who) {
        var draft = fixture.draft("test.change", ActionClass.CHANGE);
        draft.sender = who;
        draft.signer = who;
        draft.replyTo = ReplyAddress.of(who.identity(), Integer.toHexString(++ids));
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        return ((Reply.Answer.Final) inbox.next().answer()).outcome()
                        instanceof Outcome.Refused(Reason reason, String _)
                ? Optional.of(reason)
                : Optional.empty();
    }

    private static Bytes altered(Bytes message) {
        var genuine = Envelope.decode(message);
        return new Envelope(
                        genuine.type(),
                        Bytes.utf8("{}"),
                        genuine.signatures(),
                        genuine.certificates())
                .encode();
    }

    private Lock lock(Credentials by, String target) {
        return new Lock(
                new RequestId("%032x".formatted(++ids)),
                "test",
                by.identity(),
                LockTarget.parse(target),
                "",
                fixture.now(),
                Optional.empty());
    }

    private static Bytes signed(Credentials by, Lock lock) {
        return by.signer().sign(PayloadType.LOCK, lock.encode());
    }

    @Test
    void forgeriesUnderACallersCertificateDoNot() {
        assertThat(asked()).isEqualTo(Outcome.ok("done"));
        flood(altered(look().message()), FLOOD);
        assertThat(asked()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.audit()).contains("bad-signature").doesNotContain("\"flood\"");
    }

    @Test
    void strangersDoNotSilenceWhoHasNotBeenHereBefore() {
        var stranger = look();
        stranger.signer = new TestFleet("test", NodeFixture.NOON).operator("alice");
        flood(stranger.message(), FLOOD);
        assertThat(asked()).isEqualTo(Outcome.ok("done"));
    }

    @Test
    void forgedDocumentsKeepNoLockOut() {
        var bob = fixture.fleet.operator("bob");
        var genuine = signed(fixture.alice, lock(fixture.alice, "operator/bob"));
        assertThat(changeBy(bob)).contains(Reason.POLICY);
        flood(altered(genuine), FLOOD);
        fixture.broadcast(genuine);
        assertThat(changeBy(bob)).contains(Reason.LOCKED);
    }

    @Test
    void whatSomebodySendsAgainAndAgainIsCountedAgainstNobody() {
        var message = look().message();
        fixture.handOver(message);
        fixture.awaitReplies(1);
        flood(message, 2 * NodeLimits.DEFAULT.requestsPerMinute());
        assertThat(asked()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(2);
    }

    @Test
    void whatSomebodyRecordedLongAgoIsNotEither() throws IOException {
        fixture.limit(5);
        fixture.restart();
        var recorded = IntStream.range(0, 20).mapToObj(_ -> look().message()).toList();
        fixture.pass(Duration.ofHours(1));
        recorded.forEach(fixture::handOver);
        assertThat(asked()).isEqualTo(Outcome.ok("done"));
        assertThat(fixture.runs).hasValue(1);
    }

    @Test
    void aSignerOfTooManyLocksIsStoppedAndOthersAreNot() throws IOException {
        fixture.limit(5);
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],
                           "actions":["trust.*","test.*"]}]}
                """);
        fixture.restart();
        var bob = fixture.fleet.operator("bob");
        var thief = fixture.fleet.operator("mallory");
        var locks =
                IntStream.range(0, 5)
                        .mapToObj(i -> signed(thief, lock(thief, "operator/nobody" + i)))
                        .toList();
        for (int i = 0; i < 3; i++) {
            locks.forEach(fixture::broadcast);
        }
        assertThat(fixture.audit()).doesNotContain("too many locks");
        fixture.broadcast(signed(thief, lock(thief, "operator/bob")));
        assertThat(fixture.audit()).contains("too many locks and releases of operator/mallory");
        assertThat(changeBy(bob)).isEmpty();
        fixture.broadcast(signed(fixture.alice, lock(fixture.alice, "operator/bob")));
        assertThat(changeBy(bob)).contains(Reason.LOCKED);
    }
}
