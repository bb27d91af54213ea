package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.audit.AuditRecord;
import io.muster.controller.HubRows;
import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.filter.Filter;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class AuditCommandTest {
    private static final String CHAIN = "c".repeat(32);

    @TempDir private Path home;
    private final Village village = new Village();
    private final Credentials node = village.authority().node("n-1");
    private final Instant made = Instant.now();
    private CommandContext muster;
    private final List<AuditRecord> records = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        muster = CommandContext.ready(village, home);
        var opening = Map.of("chain", Value.of(CHAIN), "node", Value.of(node.identity().uri()));
        records.add(AuditRecord.first(Instant.now(), AuditRecord.OPENED, opening));
        for (int i = 0; i < 5; i++) {
            var head = records.getLast().head(CHAIN);
            records.add(AuditRecord.after(head, Instant.now(), "agent", Map.of()));
        }
    }

    @AfterEach
    void stop() {
        village.close();
    }

    private void log(List<AuditRecord> written) throws IOException {
        var text = String.join("", written.stream().map(record -> text(record.line())).toList());
        Files.writeString(home.resolve("audit.jsonl"), text);
    }

    private AuditHead head() {
        return records.getLast().head(CHAIN);
    }

    private Bytes checkpoint() {
        var said = new Checkpoint(node.identity(), head(), "audit.jsonl", made);
        return node.signer().sign(PayloadType.CHECKPOINT, said.encode());
    }

    private static String text(Bytes message) {
        return new String(message.view(), StandardCharsets.UTF_8);
    }

    @Test
    void aSoundLogIsSound() throws IOException {
        log(records);
        var ran = muster.run("audit", "verify", "audit.jsonl");
        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .contains("records 0 to 5", "The log is sound.", "without checkpoints");
    }

    @Test
    void aChangedOneEndsWithFour() throws IOException {
        records.remove(2);
        log(records);
        var ran = muster.run("audit", "verify", "audit.jsonl", "--output", "json");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.out()).contains("\"sound\" : false", "\"line\" : 3", "does not follow");
        assertThat(muster.run("audit", "verify", "audit.jsonl").out()).contains("WRONG ");
    }

    @Test
    void aCutEndIsFoundWithWhatWasSigned() throws IOException {
        Files.writeString(home.resolve("kept"), text(checkpoint()) + "\n");
        log(records);
        var whole = muster.run("audit", "verify", "audit.jsonl", "--checkpoints", "kept");
        assertThat(whole.code()).isZero();
        assertThat(whole.out()).contains("up to record 5");

        log(records.subList(0, 4));
        var cut = muster.run("audit", "verify", "audit.jsonl", "--checkpoints", "kept");
        assertThat(cut.code()).isEqualTo(4);
        assertThat(cut.out()).contains("its end was cut off");
    }

    @Test
    void whereCheckpointsProveLessThanWasAskedForItIsFive() throws IOException {
        log(records);
        var verify = new String[] {"audit", "verify", "audit.jsonl", "--checkpoints", "kept"};
        Files.writeString(home.resolve("kept"), text(checkpoint()) + "\nnonsense\n");
        var nonsense = muster.run(verify);
        assertThat(nonsense.code()).isEqualTo(5);
        assertThat(nonsense.out()).contains("up to record 5", "kept:2: does not count");

        // Genuine, and of another node: it may not vouch for this one's chain.
        var other = village.authority().node("n-2");
        var said = new Checkpoint(other.identity(), head(), "audit.jsonl", made);
        var foreign = text(other.signer().sign(PayloadType.CHECKPOINT, said.encode())) + "\n";
        for (var kept : List.of("", foreign)) {
            Files.writeString(home.resolve("kept"), kept);
            var ran = muster.run(verify);
            assertThat(ran.code()).isEqualTo(5);
            assertThat(ran.out()).contains("The log is sound.", "without checkpoints");
        }
        Files.writeString(home.resolve("kept"), foreign + text(checkpoint()) + "\n");
        assertThat(muster.run(verify).code()).isZero();
        Files.writeString(home.resolve("audit.jsonl"), "");
        assertThat(muster.run(verify).code()).isNotZero();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        var ran = muster.run("audit", "verify", "none.jsonl");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("none.jsonl");
        assertThat(muster.run("audit").code()).isEqualTo(2);
        assertThat(muster.run("audit", "verify", "--help").out()).contains("Exit code 0");
    }

    @Test
    void theHubsCheckpointsArePrintedIfTheNodeSignedThem() {
        var others = village.authority().node("n-2");
        var foreign = new Checkpoint(others.identity(), head(), "audit.jsonl", Instant.now());
        village.hub(
                (call, hub) -> {
                    if (call.request().action().value().equals("hub.presence")) {
                        call.reply(hub, "hub", 0, new Answer.Part(rows()));
                        call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
                        return;
                    }
                    assertThat(call.request().targets().orElseThrow())
                            .containsExactly(new NodeId("n-1"));
                    var forged = others.signer().sign(PayloadType.CHECKPOINT, foreign.encode());
                    var kept = List.of(checkpoint().base64(), forged.base64(), "bm9uc2Vuc2U=");
                    var part = Fields.EMPTY.with("node", "n-1");
                    call.reply(
                            hub,
                            "hub",
                            0,
                            new Answer.Part(part.with("checkpoints", Value.texts(kept))));
                    call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("3 checkpoints")));
                });
        var ran = muster.run("audit", "fetch", "web01");
        assertThat(ran.code()).isZero();
        assertThat(ran.out().lines()).containsExactly(text(checkpoint()));
        assertThat(ran.err()).contains("left out: of node/n-2, not asked for");
    }

    private static Fields rows() {
        return HubRows.of(Filter.EVERYTHING, List.of(up("n-1", "web01")));
    }

    @Test
    void aReplyAboutAChangeIsKeptAndProvesThatTheLogWasCut() throws IOException {
        village.node(
                "n-1",
                (call, self) -> {
                    var now = Instant.now();
                    var reply =
                            new Reply(
                                    call.request().id(),
                                    call.digest(),
                                    self.identity(),
                                    "web01",
                                    0,
                                    new Answer.Final(Outcome.ok("done")),
                                    now,
                                    now,
                                    "boot-1",
                                    Optional.of(head()));
                    call.send(self.signer().sign(PayloadType.REPLY, reply.encode()));
                });
        village.hub(up("n-1", "web01"));
        assertThat(muster.run("run", "node.ping", "-I", "web01").code()).isZero();

        log(records.subList(0, 3));
        var heads = muster.folder().resolve("heads.jsonl").toString();
        var ran = muster.run("audit", "verify", "audit.jsonl", "--checkpoints", heads);
        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.out()).contains("its end was cut off");
    }

    @Test
    void aChallengeQuotesWhatTheNodeAnnouncedAndSaysWhoAnnouncedNothing() {
        var quoted = new ArrayList<Map<NodeId, String>>();
        for (var id : List.of("n-1", "n-2")) {
            village.node(
                    id,
                    id,
                    request -> {
                        quoted.add(request.nonces());
                        return Outcome.ok("done");
                    });
        }
        var boot = Optional.of("boot-1");
        var nonce = Optional.of("a".repeat(32));
        village.hub(
                new Target(new NodeId("n-1"), "web01", Presence.SUSPECT, boot, nonce),
                up("n-2", "web02"));
        var ran = muster.run("run", "node.ping", "--challenge");
        assertThat(ran.code()).isZero();
        assertThat(quoted).hasSize(2).allMatch(Map.of(new NodeId("n-1"), nonce.get())::equals);
        assertThat(ran.out() + ran.err()).contains("1 of them announced no nonce");
        // Who only looks need not ask for it.
        quoted.clear();
        assertThat(muster.run("run", "node.ping").code()).isZero();
        assertThat(quoted).hasSize(2).allMatch(Map.of(new NodeId("n-1"), nonce.get())::equals);
    }
}
