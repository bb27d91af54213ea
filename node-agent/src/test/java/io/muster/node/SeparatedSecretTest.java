package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.Sealer.SealException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Secrets for a node agent that has no sealing key: asking for it fails the test. */
class SeparatedSecretTest {
    private static final String SECRET = "correct horse battery staple";
    private static final Sealer SEALER = new Sealer(new SecureRandom());

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

    private Outcome told(Credentials recipient) {
        var node = helper.node;
        var draft = node.draft("test.tell", ActionClass.CHANGE);
        var place =
                new Place(
                        Kind.ARGUMENT,
                        draft.id,
                        draft.sender.identity(),
                        recipient.identity(),
                        "key");
        var key = recipient.sealing().orElseThrow().publicKey();
        draft.sealed = only(SEALER.seal(key, place, plain()));
        draft.send();
        await().atMost(Duration.ofSeconds(20)).until(() -> !node.replies().isEmpty());
        return ((Answer.Final) node.replies().getLast().answer()).outcome();
    }

    private SealedArguments only(Bytes part) {
        return new SealedArguments(
                new TreeMap<>(Map.of("key", new TreeMap<>(Map.of(helper.node.id, part)))));
    }

    private static Bytes plain() {
        return Json.write(Fields.EMPTY.with("value", SECRET));
    }

    @Test
    void theHelperOpensWhatTheNodeAgentCannot() throws SealException, IOException {
        var outcome = told(helper.node.node);
        assertThat(outcome).isInstanceOf(Outcome.Changed.class);
        assertThat(outcome.message()).isEqualTo("was told ***");
        assertThat(outcome.result().member("echo")).contains(Value.of("it was ***!"));
        var token = (Fields) outcome.result().member("token").orElseThrow();
        var part = Bytes.base64(token.member("sealed").orElseThrow().toString());
        var place =
                new Place(
                        Kind.RESULT,
                        helper.node.replies().getLast().request(),
                        helper.node.node.identity(),
                        helper.node.alice.identity(),
                        "token");
        assertThat(Sealer.open(helper.node.alice.sealing().orElseThrow(), place, part))
                .isEqualTo(plain());
        assertThat(helper.audit()).contains("\"args\":{\"key\":\"hmac-sha256:");
        nowhere();
    }

    @Test
    void whatIsNotSealedToThisNodeIsRefusedByTheHelper() throws IOException {
        assertThat(told(helper.node.fleet.node("n2")))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_SEALED));
        nowhere();
    }

    private void nowhere() throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(SECRET);
            }
        }
    }
}
