package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.approval.Proposal;
import io.muster.audit.AuditRecord;
import io.muster.controller.Fleet;
import io.muster.controller.Run;
import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.Collective;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verbs that look after trust, shown what hostile nodes and a hostile hub say: names, numbers
 * that are texts, forgeries, proposals, locks, checkpoints, and an audit log copied from a node.
 */
class HostileTrustTest {
    private static final List<String> MACHINE = List.of("json", "jsonl", "names");

    @TempDir private Path home;

    private final Village village = new Village();
    private final Credentials bob = village.authority().operator("bob");
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private CommandContext context = new CommandContext(village, Path.of("/"));
    private Bytes proposed = Bytes.utf8("");
    private RequestId waiting = new RequestId("0".repeat(32));
    private Credentials first = bob;

    /** As the hub tells it; one of them says nothing. */
    private final List<Target> known =
            new ArrayList<>(
                    List.of(
                            up("n-1", Hostile.EVIL),
                            up("n-2", "web02\nok    hub"),
                            up("n-3", Hostile.VERY_LONG)));

    @BeforeEach
    void ready() throws IOException, InterruptedException {
        context = CommandContext.ready(village, home);
        var status = Hostile.evil().with("in_force", Hostile.lines());
        first = village.node("n-1", Hostile.EVIL, _ -> new Outcome.Ok(Hostile.EVIL, status));
        village.node(
                "n-2",
                "web02\nok    hub",
                _ -> new Outcome.Failed(Hostile.EVIL, Hostile.EVIL, Hostile.evil()));
        village.node(
                "n-3",
                (call, node) -> {
                    call.send(Bytes.utf8(Hostile.EVIL));
                    call.reply(village.authority().node("n-1"), Hostile.EVIL, 0, here());
                    call.reply(node, Hostile.VERY_LONG, 0, here());
                });
        propose();
        village.hub(this::answer);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private static Answer here() {
        return new Answer.Final(Outcome.ok(Hostile.EVIL));
    }

    /** Bob is an operator, and means harm to who looks at what he proposes. */
    private void propose() throws InterruptedException {
        var caller =
                new Caller(
                        village.bus().open(),
                        bob,
                        Collective.MAIN,
                        InstantSource.system(),
                        new SecureRandom());
        var run =
                new Run(
                        new ActionName("test.evil"),
                        ActionClass.CHANGE,
                        Hostile.evil(),
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1));
        Asked asked =
                new Fleet(caller)
                        .propose(
                                run,
                                Village.targets(up("n-1", Hostile.EVIL), up("n-2", "web02")),
                                Rollout.ALL_AT_ONCE,
                                2,
                                Duration.ofMinutes(5));
        proposed = asked.message();
        waiting = asked.id();
    }

    private void answer(Call call, Credentials hub) {
        var parts =
                switch (call.request().action().value()) {
                    case "hub.trust" -> documents();
                    case "hub.proposals" ->
                            List.of(
                                    new Proposal(proposed, List.of()).toValue(),
                                    new Proposal(Bytes.utf8(Hostile.EVIL), List.of()).toValue());
                    case "hub.checkpoints" -> List.of(checkpoints());
                    case "hub.presence" -> List.of(rows(call));
                    default -> List.<Fields>of();
                };
        for (int i = 0; i < parts.size(); i++) {
            call.reply(hub, Hostile.EVIL, i, new Answer.Part(parts.get(i)));
        }
        var summary =
                Hostile.evil()
                        .with("behind", 9)
                        .with("behindNodes", Hostile.lines())
                        .with("operators", 7)
                        .with("nodes", Hostile.EVIL);
        var end =
                parts.isEmpty()
                        ? new Outcome.Failed(Hostile.EVIL, Hostile.EVIL, Hostile.evil())
                        : new Outcome.Ok(Hostile.EVIL, summary);
        call.reply(hub, Hostile.EVIL, parts.size(), new Answer.Final(end));
    }

    private Fields rows(Call call) {
        var asked = call.request().arguments().toString();
        if (!asked.contains("policy")) {
            return Village.rows(call.request(), known.toArray(Target[]::new));
        }
        var row =
                Fields.EMPTY
                        .with("id", "n-1")
                        .with("name", Hostile.EVIL)
                        .with("state", Hostile.EVIL)
                        .with("policy", 7);
        return Fields.EMPTY.with("nodes", new Items(List.of(row)));
    }

    private List<Fields> documents() {
        var lock =
                new Lock(
                        waiting,
                        "test",
                        bob.identity(),
                        LockTarget.parse("operator/carol"),
                        "as it is",
                        now,
                        Optional.empty());
        var node = village.authority().node("n-9");
        return List.of(
                whole(bob.signer().sign(PayloadType.LOCK, lock.encode()).base64()),
                whole(node.signer().sign(PayloadType.LOCK, lock.encode()).base64()),
                whole(bob.signer().sign(PayloadType.REPLY, Bytes.utf8(Hostile.EVIL)).base64()),
                whole(Bytes.utf8(Hostile.EVIL).base64()),
                whole(Hostile.EVIL),
                Fields.EMPTY.with("document", Hostile.lines()).with(Hostile.EVIL, Hostile.EVIL));
    }

    private static Fields whole(String document) {
        return Fields.EMPTY.with("document", document).with("last", true);
    }

    /** One is genuine, in a form that nobody writes. */
    private Fields checkpoints() {
        var head = new AuditHead("c".repeat(32), 5, "d".repeat(64));
        var said = new Checkpoint(first.identity(), head, "audit.jsonl", now);
        var genuine = first.signer().sign(PayloadType.CHECKPOINT, said.encode());
        var text = new String(genuine.toArray(), StandardCharsets.UTF_8);
        var spread = Bytes.utf8(text.replaceFirst("\\{", "{\r\n\r\t"));
        return Fields.EMPTY.with(
                "checkpoints",
                Value.texts(
                        List.of(
                                spread.base64(),
                                genuine.base64(),
                                Bytes.utf8(Hostile.EVIL).base64())));
    }

    private void harmlessInEveryForm(String words, List<String> machine) {
        for (var form : List.of("text", "json", "jsonl", "names")) {
            var ran = context.run((words + " -o " + form).split(" "));
            Hostile.assertHarmless(ran.out());
            Hostile.assertHarmless(ran.err());
            assertThat(ran.code()).as(ran.err()).isNotEqualTo(2);
            assertThat(ran.err()).doesNotContain("a defect of muster");
            if (form.equals("text") || machine.contains(form)) {
                Hostile.assertForm(form, ran.out());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "doctor -t 1s",
                "doctor -t 1s --debug",
                "policy status",
                "lock list",
                "lock operator/bob",
                "unlock 0123456789abcdef0123456789abcdef",
                "approve"
            })
    void whatTheySayOfTrustIsNotObeyed(String words) {
        if (words.startsWith("doctor")) {
            known.add(up("n-4", Hostile.EVIL));
        }
        harmlessInEveryForm(words, words.startsWith("doctor") ? List.of("json", "jsonl") : MACHINE);
    }

    @Test
    void aProposalIsLookedAtWithoutHarm() {
        harmlessInEveryForm("approve " + waiting + " --show", MACHINE);
        var refused = context.run("approve", waiting.value(), "--yes");
        Hostile.assertHarmless(refused.out() + refused.err());
        assertThat(refused.code()).as(refused.err()).isOne();
    }

    @Test
    void aHubThatHandsOutNodesThatAreNoneIsTold() {
        village.hub(
                (call, hub) -> {
                    var row = Fields.EMPTY.with("id", Hostile.EVIL).with("name", "a");
                    var rows = new Items(List.of(row.with("state", "up")));
                    call.reply(hub, "h", 0, new Answer.Part(Fields.EMPTY.with("nodes", rows)));
                    call.reply(hub, "h", 1, new Answer.Final(Outcome.ok("all")));
                });
        for (var form : List.of("text", "json", "jsonl", "names")) {
            var ran = context.run("policy", "status", "-o", form);
            Hostile.assertHarmless(ran.out() + ran.err());
        }
    }

    @Test
    void checkpointsArePrintedAsWeWouldWriteThem() {
        var ran = context.run("audit", "fetch", "n-1");
        Hostile.assertHarmless(ran.out());
        Hostile.assertHarmless(ran.err());
        assertThat(ran.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\""));
        assertThat(ran.out().lines().distinct()).hasSize(1);
        assertThat(ran.err()).contains("left out");
    }

    /** Whoever owns the machine writes there what he likes, with hashes that fit. */
    @Test
    void anAuditLogOfAHostileNodeIsLookedAtWithoutHarm() throws IOException {
        var chain = "c".repeat(32);
        for (var named : List.of(chain, Hostile.EVIL, "../" + chain, "")) {
            var opened =
                    AuditRecord.first(
                            now,
                            AuditRecord.OPENED,
                            Map.of(
                                    "chain",
                                    Value.of(named),
                                    "node",
                                    Value.of(Hostile.EVIL),
                                    Hostile.EVIL,
                                    Value.of(Hostile.VERY_LONG)));
            var next =
                    AuditRecord.after(
                            opened.head(chain),
                            now,
                            Hostile.EVIL,
                            Map.of("what", Value.of(Hostile.EVIL)));
            var garbage = Hostile.EVIL.replace("\n", "") + "\n";
            Files.writeString(
                    home.resolve("audit.jsonl"),
                    line(opened) + line(next) + garbage + "{\"sequence\":-1}\n" + Hostile.EVIL);
            harmlessInEveryForm(
                    "audit verify audit.jsonl --checkpoints audit.jsonl", List.of("json", "jsonl"));
        }
    }

    private static String line(AuditRecord record) {
        return new String(record.line().toArray(), StandardCharsets.UTF_8);
    }
}
