package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.Sealer.SealException;
import io.muster.security.SealingPublicKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a node makes of secrets, whoever sends them and however they were sealed. */
class SecretRequestTest {
    private static final String SECRET = "correct horse battery staple";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Sealer SEALER = new Sealer(RANDOM);

    @TempDir private Path directory;

    @SuppressWarnings("NullAway.Init") // before each test
    private NodeFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private NodeFixture.Draft draft() {
        return fixture.draft("test.tell", ActionClass.CHANGE);
    }

    private static Bytes plain(String text) {
        return Json.write(Fields.EMPTY.with("value", text));
    }

    private SealingPublicKey nodesKey() {
        return fixture.node.sealing().orElseThrow().publicKey();
    }

    private Place place(RequestId request, Identity sender, Identity recipient, String name) {
        return new Place(Kind.ARGUMENT, request, sender, recipient, name);
    }

    /** The part that an honest sender makes of the secret for that node. */
    private Bytes honest(NodeFixture.Draft draft, String name) {
        var place = place(draft.id, draft.sender.identity(), fixture.node.identity(), name);
        return SEALER.seal(nodesKey(), place, plain(SECRET));
    }

    private SealedArguments only(String name, Bytes part) {
        return new SealedArguments(
                new TreeMap<>(Map.of(name, new TreeMap<>(Map.of(fixture.id, part)))));
    }

    private Outcome outcome(NodeFixture.Draft draft) {
        draft.send();
        await().atMost(Duration.ofSeconds(10)).until(() -> last(draft).isPresent());
        return last(draft).orElseThrow();
    }

    private Optional<Outcome> last(NodeFixture.Draft draft) {
        return fixture.replies().stream()
                .filter(reply -> reply.request().equals(draft.id))
                .map(Reply::answer)
                .filter(Answer.Final.class::isInstance)
                .map(answer -> ((Answer.Final) answer).outcome())
                .findFirst();
    }

    private void refused(NodeFixture.Draft draft, Reason reason) {
        var outcome = outcome(draft);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(reason);
        nowhere();
    }

    /** Neither in anything the node wrote nor in anything it sent. */
    private void nowhere() {
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), UTF_8))
                        .as(file.toString())
                        .doesNotContain(SECRET);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        for (var answer : fixture.answers) {
            var payload = io.muster.security.Envelope.decode(answer).payload();
            assertThat(new String(payload.view(), UTF_8)).doesNotContain(SECRET);
        }
    }

    @Test
    void aSealedSecretIsOpenedAndToldToNobodyButTheCaller() throws SealException {
        var draft = draft();
        draft.sealed = only("key", honest(draft, "key"));
        var outcome = outcome(draft);
        assertThat(outcome).isInstanceOf(Outcome.Changed.class);
        assertThat(outcome.message()).isEqualTo("was told ***");
        var data = outcome.result();
        assertThat(data.member("echo")).contains(Value.of("it was ***!"));
        assertThat(data.member("nested")).contains(Value.texts(List.of("a", "***")));
        var token = (Fields) data.member("token").orElseThrow();
        var part = Bytes.base64(token.member("sealed").orElseThrow().toString());
        var place =
                new Place(
                        Kind.RESULT,
                        draft.id,
                        fixture.node.identity(),
                        fixture.alice.identity(),
                        "token");
        assertThat(Sealer.open(fixture.alice.sealing().orElseThrow(), place, part))
                .isEqualTo(plain(SECRET));
        assertThat(fixture.audit()).contains("\"args\":{\"key\":\"hmac-sha256:");
        nowhere();
    }

    @Test
    void whatGoesWrongTellsNoSecretEither() {
        for (var how : List.of("throw", "fail")) {
            var draft = draft();
            draft.arguments = Fields.EMPTY.with("how", how);
            draft.sealed = only("key", honest(draft, "key"));
            assertThat(outcome(draft)).isInstanceOf(Outcome.Failed.class);
            assertThat(outcome(draft).message()).contains("***");
        }
        nowhere();
    }

    @Test
    void aSecretInClearIsRefused() {
        var draft = draft();
        draft.arguments = Fields.EMPTY.with("key", SECRET);
        refused(draft, Reason.SECRET_IN_CLEAR);
    }

    @Test
    void aSecretForAnotherNodeIsRefusedHere() {
        var other = fixture.fleet.node("n2");
        var draft = draft();
        var place = place(draft.id, fixture.alice.identity(), other.identity(), "key");
        // To the other's key, as the other got it; and to ours, for the other's place.
        draft.sealed =
                only(
                        "key",
                        SEALER.seal(
                                other.sealing().orElseThrow().publicKey(), place, plain(SECRET)));
        refused(draft, Reason.NOT_SEALED);
        var second = draft();
        var misplaced = place(second.id, fixture.alice.identity(), other.identity(), "key");
        second.sealed = only("key", SEALER.seal(nodesKey(), misplaced, plain(SECRET)));
        refused(second, Reason.NOT_SEALED);
    }

    @Test
    void swappedNamesAreRefused() {
        var draft = draft();
        var key = new TreeMap<>(Map.of(fixture.id, honest(draft, "other")));
        var other = new TreeMap<>(Map.of(fixture.id, honest(draft, "key")));
        draft.sealed = new SealedArguments(new TreeMap<>(Map.of("key", key, "other", other)));
        refused(draft, Reason.NOT_SEALED);
    }

    @Test
    void aPartOfAnotherRequestIsRefused() {
        var first = draft();
        var part = honest(first, "key");
        var second = draft();
        second.sealed = only("key", part);
        refused(second, Reason.NOT_SEALED);
    }

    @Test
    void aPartOfAnotherSendersIsRefused() {
        var draft = draft();
        var bob = new Identity("test", Role.OPERATOR, "bob");
        var place = place(draft.id, bob, fixture.node.identity(), "key");
        draft.sealed = only("key", SEALER.seal(nodesKey(), place, plain(SECRET)));
        refused(draft, Reason.NOT_SEALED);
    }

    @Test
    void aResultOfANodeIsNoSecretForIt() {
        var draft = draft();
        var place =
                new Place(
                        Kind.RESULT,
                        draft.id,
                        fixture.alice.identity(),
                        fixture.node.identity(),
                        "key");
        draft.sealed = only("key", SEALER.seal(nodesKey(), place, plain(SECRET)));
        refused(draft, Reason.NOT_SEALED);
    }

    @Test
    void aChangedPartIsRefused() {
        var draft = draft();
        var changed = honest(draft, "key").toArray();
        changed[40] ^= 1;
        draft.sealed = only("key", Bytes.wrap(changed));
        refused(draft, Reason.NOT_SEALED);
    }

    @Test
    void somethingSealedThatIsNoSecretHereIsRefused() {
        var draft = draft();
        draft.sealed = only("how", honest(draft, "how"));
        refused(draft, Reason.INVALID_INPUT);
        var unknown = draft();
        unknown.sealed = only("nothing", honest(unknown, "nothing"));
        refused(unknown, Reason.INVALID_INPUT);
    }

    @Test
    void aSealedSecretThatIsNotValidIsRefusedWithoutBeingShown() {
        var draft = fixture.draft("test.secret", ActionClass.CHANGE);
        var place = place(draft.id, fixture.alice.identity(), fixture.node.identity(), "password");
        draft.sealed = only("password", SEALER.seal(nodesKey(), place, plain(SECRET.repeat(2))));
        refused(draft, Reason.INVALID_INPUT);
    }

    /** Results would have to be sent in clear, or not at all. */
    @Test
    void aCallerWithoutASealingKeyGetsNoSecretResults() {
        var key = Ed25519Key.generate(RANDOM);
        var certificate =
                new Issuance(RANDOM)
                        .leaf(
                                fixture.fleet.operatorsIssuer(),
                                fixture.alice.identity(),
                                key.publicKey(),
                                List.of(),
                                NodeFixture.NOON,
                                Duration.ofHours(1));
        var draft = draft();
        draft.signer = new Credentials(key, certificate, fixture.fleet.trust());
        draft.sealed = only("key", honest(draft, "key"));
        refused(draft, Reason.NOT_SEALED);
    }

    @Test
    void secretsForNobodyInParticularCannotEvenBeWritten() {
        var draft = draft();
        draft.sealed = only("key", honest(draft, "key"));
        draft.targets = Optional.empty();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(draft::request))
                .isInstanceOf(IllegalArgumentException.class);
        draft.targets = Optional.of(List.of(fixture.id, new NodeId("n2")));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(draft::request))
                .hasMessageContaining("sealed to others than the targets");
    }
}
