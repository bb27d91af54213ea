package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.approval.Proposal;
import io.muster.controller.Village;
import io.muster.filter.Filter;
import io.muster.journal.Journal;
import io.muster.journal.Sheet;
import io.muster.message.ActionName;
import io.muster.message.Bounds;
import io.muster.message.Budget;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Json;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.security.PayloadType;
import io.muster.security.Verifier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Proposing, approving and sending, from the command lines of two people. */
class ApproveCommandTest {
    @TempDir private Path home;
    @TempDir private Path bobsHome;

    private final Village village = new Village();
    private final ConcurrentLinkedQueue<Request> done = new ConcurrentLinkedQueue<>();
    private final List<Integer> attached = new CopyOnWriteArrayList<>();
    private final List<Proposal> board = new CopyOnWriteArrayList<>();
    private volatile Outcome outcome = HERE;
    private CommandContext alice = new CommandContext(village, Path.of("/"));
    private CommandContext bob = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        alice = CommandContext.ready(village, home);
        bob = CommandContext.ready(village, bobsHome);
        bob.keys(bob.folder(), village.authority().operator("bob"));
        for (int i = 1; i <= 2; i++) {
            var id = "n-" + i;
            var name = "web0" + i;
            village.node(
                    id,
                    (call, node) -> {
                        done.add(call.request());
                        attached.add(call.envelope().attached().size());
                        call.reply(node, name, 0, new Answer.Final(outcome));
                    });
        }
        village.hub(
                (call, hub) -> {
                    var parts = parts(call.request());
                    for (int i = 0; i < parts.size(); i++) {
                        call.reply(hub, "hub", i, new Answer.Part(parts.get(i)));
                    }
                    call.reply(hub, "hub", parts.size(), new Answer.Final(Outcome.ok("all")));
                });
    }

    @AfterEach
    void close() {
        village.close();
    }

    /** A hub that keeps what it is given, as ours does. */
    private List<Value.Fields> parts(Request request) {
        var arguments = request.arguments();
        return switch (request.action().value()) {
            case "hub.propose" -> {
                board.add(Proposal.of(arguments));
                yield List.of();
            }
            case "hub.proposals" -> board.stream().map(Proposal::toValue).toList();
            case "hub.approve" -> {
                var approval = arguments.member("approval").orElseThrow().toString();
                board.add(board.removeFirst().with(Bytes.base64(approval)));
                yield List.of();
            }
            default -> List.of(Village.rows(request, up("n-1", "web01"), up("n-2", "web02")));
        };
    }

    private String[] reboot(String... more) {
        var words = Stream.of("run", "node.reboot", "delay=5m", "--all-nodes", "--yes");
        return Stream.concat(words, Stream.of(more)).toArray(String[]::new);
    }

    private Path file() {
        return home.resolve("reboot.json");
    }

    private void propose() {
        var ran = alice.run(reboot("--propose-to", file().toString()));
        assertThat(ran.code()).isZero();
        assertThat(ran.err()).contains("muster run node.reboot --approvals-from");
        assertThat(done).isEmpty();
    }

    @Test
    void throughAFileItIsApprovedAndSentAsItWasApproved() throws IOException {
        propose();
        var looked = bob.run("approve", file().toString(), "--show");
        assertThat(looked.out())
                .contains("from       operator/alice", "node.reboot (destructive)")
                .contains("delay = 5m", "2 targets: n-1, n-2", "0 of 1 approved")
                .contains("budget     1 at a time, none more after 2 failed");
        bob.atTerminal();
        assertThat(bob.typed("1\n").run("approve", file().toString()).code()).isEqualTo(2);
        assertThat(bob.typed("2\n").run("approve", file().toString()).code()).isZero();
        var verifier = new Verifier(village.authority().trust(), InstantSource.system());
        var opened = Proposal.parse(Files.readString(file())).open(verifier);
        assertThat(opened.approvers())
                .extracting(who -> who.brief())
                .containsExactly("operator/bob");

        var sent = alice.run("run", "node.reboot", "--approvals-from", file().toString());
        assertThat(sent.out()).contains("ok 2");
        assertThat(sent.code()).isZero();
        assertThat(done).hasSize(2).allMatch(request -> request.equals(opened.request()));
        assertThat(attached).containsExactly(1, 1);
        assertThat(opened.request().targets().orElseThrow()).hasSize(2);
    }

    @Test
    void nobodyApprovesTheirOwnTwiceOrAfterAChange() throws IOException {
        propose();
        assertThat(alice.run("approve", file().toString(), "--yes").err()).contains("your own");
        assertThat(bob.run("approve", file().toString(), "--yes").code()).isZero();
        assertThat(bob.run("approve", file().toString(), "--yes").err())
                .contains("you have approved it already");
        var text = Files.readString(file());
        var at = text.indexOf("eyJ") + 40;
        var other = text.charAt(at) == 'A' ? "B" : "A";
        Files.writeString(file(), text.substring(0, at) + other + text.substring(at + 1));
        assertThat(bob.run("approve", file().toString(), "--yes").code()).isEqualTo(2);
        assertThat(alice.run("run", "node.reboot", "--approvals-from", file().toString()).code())
                .isEqualTo(2);
        assertThat(done).isEmpty();
    }

    @Test
    void onlyWhatWasApprovedIsSentAndOnlyByTheRequester() {
        propose();
        var from = List.of("--approvals-from", file().toString());
        assertThat(bob.run("run", "node.reboot", from.get(0), from.get(1)).err())
                .contains("only operator/alice can send it");
        assertThat(alice.run("run", "node.ping", from.get(0), from.get(1)).code()).isEqualTo(2);
        assertThat(alice.run("run", "node.reboot", "delay=0s", from.get(0), from.get(1)).code())
                .isEqualTo(2);
        assertThat(alice.run("run", "node.reboot", "-I", "n-1", from.get(0), from.get(1)).code())
                .isEqualTo(2);
        assertThat(done).isEmpty();
    }

    @Test
    void atTheHubItWaitsAndIsSentWhenItIsApproved() {
        var proposing = new CompletableFuture<CommandContext.Ran>();
        var command =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () ->
                                        proposing.complete(
                                                alice.run(reboot("--propose", "--batch", "100%"))));
        await().atMost(Duration.ofSeconds(20)).until(() -> !board.isEmpty());
        assertThat(bob.run("approve").out())
                .contains("operator/alice  node.reboot (destructive)")
                .contains("0 of 1 approved");
        var named = bob.run("approve", "--output", "names");
        assertThat(named.err()).isEmpty();
        var id = named.out().strip();
        assertThat(bob.run("approve", id.substring(0, 8), "--yes").err()).contains("approved");
        await().atMost(Duration.ofSeconds(20)).until(() -> !command.isAlive());
        var ran = proposing.join();
        assertThat(ran.err()).contains("approved by operator/bob (1 of 1)");
        assertThat(ran.code()).isZero();
        assertThat(done).hasSize(2);
        assertThat(attached).containsExactly(1, 1);
    }

    @Test
    void theBudgetIsTheOneThatWasApproved() throws IOException {
        outcome = Outcome.failed("exit-status", "no");
        assertThat(
                        alice.run(
                                        reboot(
                                                "--propose-to",
                                                file().toString(),
                                                "--batch",
                                                "1",
                                                "--max-failed",
                                                "0"))
                                .code())
                .isZero();
        assertThat(bob.run("approve", file().toString(), "--show", "-o", "json").out())
                .contains("\"batch\" : 1", "\"maxFailed\" : 0");
        assertThat(bob.run("approve", file().toString(), "--yes").code()).isZero();
        var from = new String[] {"run", "node.reboot", "--approvals-from", file().toString()};
        for (var option : List.of("--batch", "--max-failed")) {
            var more = Stream.concat(Stream.of(from), Stream.of(option, "100%"));
            var ran = alice.run(more.toArray(String[]::new));
            assertThat(ran.code()).isEqualTo(2);
            assertThat(ran.err()).contains("steps that were approved");
        }
        assertThat(done).isEmpty();
        assertThat(alice.run(from).code()).isEqualTo(4);
        assertThat(done).hasSize(1);
    }

    @Test
    void theWholeRolloutIsTheOneThatWasApproved() throws IOException {
        outcome = Outcome.failed("exit-status", "no");
        var words =
                reboot(
                        "--propose-to",
                        file().toString(),
                        "--canary",
                        "web02",
                        "--batch",
                        "1,100%",
                        "--max-failed",
                        "100%",
                        "--max-offline",
                        "50%");
        assertThat(alice.run(words).code()).isZero();
        assertThat(bob.run("approve", file().toString(), "--show").out())
                .contains("2 at a time")
                .contains("{\"maxOffline\":\"1\",\"canary\":[\"n-2\"],\"steps\":\"1,2\"}");
        assertThat(bob.run("approve", file().toString(), "--show", "-o", "json").out())
                .contains("\"rollout\" : {", "\"steps\" : \"1,2\"");
        assertThat(bob.run("approve", file().toString(), "--yes").code()).isZero();
        var from = new String[] {"run", "node.reboot", "--approvals-from", file().toString()};
        for (var option : List.of("--canary", "--max-offline", "--concurrency", "--batch-sleep")) {
            var more = Stream.concat(Stream.of(from), Stream.of(option, "1"));
            assertThat(alice.run(more.toArray(String[]::new)).code()).as(option).isEqualTo(2);
        }
        var sent = alice.run(from);
        assertThat(sent.err()).contains("stopped: canary: web02 is failed");
        assertThat(done).hasSize(1);
        var raised = alice.run("runs", "resume", "last", "--max-failed", "100%");
        assertThat(raised.code()).isEqualTo(2);
        assertThat(raised.err()).contains("goes by the budgets that were approved with it");
        assertThat(alice.run("runs", "resume", "last").err()).contains("canary: web02 is failed");
        assertThat(done).hasSize(1);
    }

    @Test
    void whatWasApprovedIsWrittenDownOnceAndGoneOnWithAsItIs() throws IOException {
        assertThat(alice.run(reboot("--propose-to", file().toString(), "--batch", "1")).code())
                .isZero();
        assertThat(bob.run("approve", file().toString(), "--yes").code()).isZero();
        var sent = alice.run("run", "node.reboot", "--approvals-from", file().toString());
        assertThat(sent.code()).isZero();
        var records = new ArrayList<Bytes>();
        Path journal;
        try (var runs = Files.list(alice.folder().resolve("runs"))) {
            journal = runs.findFirst().orElseThrow().resolve("run.journal");
        }
        Journal.read(journal, records::add);
        var sheets = records.stream().map(Sheet::decode).toList();
        assertThat(sheets)
                .filteredOn(sheet -> sheet.head().member("sending").isPresent())
                .hasSize(2)
                .allMatch(sheet -> sheet.held().length() == 0);
        Files.delete(journal);
        try (var cut = Journal.open(journal, _ -> {})) {
            sheets.stream()
                    .takeWhile(sheet -> sheet.head().member("heard").isEmpty())
                    .forEach(sheet -> cut.append(sheet.encode()));
        }
        var resumed = alice.run("runs", "resume", "last");
        assertThat(resumed.code()).isZero();
        assertThat(done).hasSize(4).extracting(Request::id).containsOnly(done.element().id());
        assertThat(attached).containsOnly(1);
    }

    /** Of alice, with whatever a request can have, for others to look at. */
    private Request everything(int targets) throws IOException {
        var nodes = IntStream.rangeClosed(1, targets).mapToObj(i -> new NodeId("n-" + i)).toList();
        var parts = new TreeMap<NodeId, Bytes>();
        nodes.forEach(node -> parts.put(node, Bytes.utf8("rm -rf /")));
        var sealed = new TreeMap<String, SortedMap<NodeId, Bytes>>(Map.of("stdin", parts));
        var sender = village.operator().identity();
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var request =
                new Request(
                        RequestId.random(new SecureRandom()),
                        sender.fleet(),
                        new Collective("dr"),
                        sender,
                        new ActionName("command.run"),
                        Value.Fields.EMPTY.with("argv", "/bin/sh"),
                        Filter.EVERYTHING,
                        Optional.of(nodes),
                        ReplyAddress.of(sender, "7d"),
                        now,
                        now.plusSeconds(600),
                        ActionClass.DESTRUCTIVE,
                        true,
                        Map.of(nodes.getLast(), "boot-of-the-last"),
                        List.of("patience"),
                        Map.of(nodes.getFirst(), "8c7dd922ad47494fc02c388e12c00eac"),
                        Bounds.targets(4_321).approvals(1).within(new Budget(7, 3)),
                        new ListNumbers(3, 17),
                        new SealedArguments(sealed));
        var envelope = village.operator().signer().sign(PayloadType.REQUEST, request.encode());
        Files.writeString(file(), Json.pretty(new Proposal(envelope, List.of()).toValue()) + "\n");
        return request;
    }

    @Test
    void whateverTheRequestFreezesIsShownBeforeItIsSigned() throws IOException {
        var request = everything(30);
        var looked = bob.run("approve", file().toString(), "--show").out();
        assertThat(looked)
                .contains("input      argv = /bin/sh", "input      stdin = (sealed: not shown)")
                .doesNotContain("rm -rf")
                .contains("30 targets, of a run for 4321: n-1, n-2", "and 10 more (--all-targets")
                .contains("bound      1 of them", "nonces     of 1 of them", "dry run")
                .contains("critical   patience", "\"operators\":3", "collective dr")
                .contains(request.replyTo().value(), request.issued().toString());
        assertThat(bob.run("approve", file().toString(), "--show", "--all-targets").out())
                .contains("target     n-1, nonce 8c7dd922ad47494fc02c388e12c00eac")
                .contains("target     n-21", "target     n-30, boot boot-of-the-last");
        var json = bob.run("approve", file().toString(), "--show", "-o", "json").out();
        var form = Json.read(Bytes.utf8(json)).members().keySet();
        assertThat(json)
                .contains("\"sealed\" : [ \"stdin\" ]", "\"n-30\"", "boot-of-the-last", "\"dr\"")
                .contains("\"maxTargets\" : 4321", "\"dryRun\" : true", "patience")
                .contains("\"batch\" : 7", "\"maxFailed\" : 3");
        // Whatever member is added to requests has to be shown as well.
        var shown = Set.of("sender", "args", "approvals");
        assertThat(Json.read(request.encode()).members().keySet())
                .allMatch(member -> shown.contains(member) || form.contains(member));
    }

    @Test
    void optionsThatDoNotGoTogetherAreTwo() {
        assertThat(alice.run(reboot("--propose", "--propose-to", "x")).code()).isEqualTo(2);
        assertThat(alice.run(reboot("--approvals", "2")).code()).isEqualTo(2);
        assertThat(alice.run(reboot("--propose", "--approvals", "0")).code()).isEqualTo(2);
        assertThat(alice.run(reboot("--propose", "--approvals", "9")).code()).isEqualTo(2);
        assertThat(bob.run("approve", "ffffffff").code()).isEqualTo(2);
        assertThat(bob.run("approve", "nothing.json").code()).isEqualTo(2);
    }
}
