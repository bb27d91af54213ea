package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Sealer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** {@code node.output}: nothing that a program says is cut in silence. */
class NodeOutputTest {
    /** What {@code seq 1 40000} says. */
    private static final int BYTES = 228_894;

    @TempDir private Path directory;
    private NodeFixture fixture;
    private int asked = 1;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
        program(
                fixture,
                "test.loud",
                """
                {"name":"test.loud","summary":"says much","class":"change","timeout":"1m",
                 "inputs":[{"name":"key","summary":"a key","kind":"text","maxLength":20,"secret":true}]}
                """,
                "#!/bin/sh\nseq 1 40000 >&2\nexit 3\n");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    static void program(NodeFixture fixture, String name, String spec, String script)
            throws IOException {
        var program = fixture.directory.resolve("actions").resolve(name);
        Files.writeString(program, script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(fixture.directory.resolve("actions").resolve(name + ".json"), spec);
        fixture.pass(Duration.ofSeconds(2));
    }

    private RequestId run() {
        return run(fixture);
    }

    static RequestId run(NodeFixture fixture) {
        var before = fixture.replies().size();
        var id = fixture.draft("test.loud", ActionClass.CHANGE).send().id;
        fixture.awaitReplies(before + 1);
        return id;
    }

    static Outcome.Failed last(NodeFixture fixture) {
        var reply = fixture.replies().getLast().answer();
        return (Outcome.Failed) ((Reply.Answer.Final) reply).outcome();
    }

    private Outcome ask(Credentials who, RequestId request, long offset) {
        return ask(fixture, who, request, offset, ++asked);
    }

    static Outcome ask(
            NodeFixture fixture, Credentials who, RequestId request, long offset, int process) {
        var draft = fixture.draft("node.output", ActionClass.READ);
        draft.arguments =
                Fields.EMPTY
                        .with("request", request.value())
                        .with("stream", "stderr")
                        .with("offset", offset);
        draft.sender = who;
        draft.signer = who;
        draft.replyTo = ReplyAddress.of(who.identity(), "" + process);
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        return ((Reply.Answer.Final) inbox.next().answer()).outcome();
    }

    private Bytes fetched(RequestId request) throws IOException {
        var all = new ByteArrayOutputStream();
        while (true) {
            var outcome = ask(fixture.alice, request, all.size());
            assertThat(outcome).isInstanceOf(Outcome.Ok.class);
            var pieces = (Value.Items) outcome.result().member("bytes").orElseThrow();
            for (var piece : pieces.items()) {
                all.write(Bytes.base64(piece.toString()).view());
            }
            if (pieces.items().isEmpty()) {
                return Bytes.wrap(all.toByteArray());
            }
        }
    }

    @Test
    void whatDoesNotFitIsSaidToBeAtTheNodeAndIsThereUnaltered() throws IOException {
        var request = run();
        var failed = last(fixture);
        assertThat(failed.message())
                .endsWith("; not all 228894 bytes of stderr are here, 228894 are kept at the node");
        assertThat(failed.data().member("exit")).contains(Value.of(3));
        assertThat(failed.data().member("stderr_bytes")).contains(Value.of(BYTES));
        var rest = (Fields) failed.data().member("rest").orElseThrow();
        var stderr = (Fields) rest.member("stderr").orElseThrow();

        fixture.restart();
        var all = fetched(request);
        assertThat(all.length()).isEqualTo(BYTES);
        assertThat(stderr.member("sha256")).contains(Value.of(all.sha256().hex()));
    }

    @Test
    void whatWasToldSecretsIsNotKept() throws IOException {
        var before = fixture.replies().size();
        var draft = fixture.draft("test.loud", ActionClass.CHANGE);
        var sealed = new Sealer(new SecureRandom());
        var to = Certificates.sealingKey(fixture.node.certificate()).orElseThrow();
        var place =
                new Sealer.Place(
                        Sealer.Kind.ARGUMENT,
                        draft.id,
                        fixture.alice.identity(),
                        fixture.node.identity(),
                        "key");
        var part = sealed.seal(to, place, Json.write(Fields.EMPTY.with("value", "sesame")));
        draft.sealed =
                new SealedArguments(
                        new TreeMap<>(Map.of("key", new TreeMap<>(Map.of(fixture.id, part)))));
        draft.follow = true;
        draft.send();
        fixture.awaitReplies(before + 1);
        assertThat(fixture.replies()).hasSize(before + 1);
        assertThat(last(fixture).message())
                .endsWith("; not all 228894 bytes of stderr are here, the rest is lost");
        assertThat(directory.resolve("state/output")).doesNotExist();
    }

    @Test
    void whatAProgramComplainedThatDidWhatItShouldIsThereToo() throws IOException {
        program(
                fixture,
                "test.loud",
                """
                {"name":"test.loud","summary":"says much","class":"change","timeout":"1m"}
                """,
                "#!/bin/sh\necho well >&2\necho '{\"state\":\"changed\"}'\n");
        var request = run();
        assertThat(fixture.replies().getLast().answer().toString()).contains("Changed");
        assertThat(fetched(request)).isEqualTo(Bytes.utf8("well\n"));
    }

    @Test
    void nobodyButTheCallerIsToldAndNobodyForEver() {
        var request = run();
        fixture.policy(NodeFixture.OPEN.replace("operator/alice", "operator/*"));
        var bob = fixture.fleet.operator("bob");
        assertThat(ask(bob, request, 0).toString()).contains("not-kept");
        assertThat(ask(fixture.alice, request, BYTES + 1).toString()).contains("no-such-offset");

        fixture.pass(Duration.ofDays(1));
        assertThat(ask(fixture.alice, request, 0).toString()).contains("not-kept");
    }
}
