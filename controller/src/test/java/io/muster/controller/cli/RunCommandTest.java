package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.BuiltIn;
import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.transport.TransportException;

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
import java.util.concurrent.ConcurrentLinkedQueue;

class RunCommandTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private void three() {
        for (int i = 1; i <= 3; i++) {
            village.node("n-" + i, "web0" + i, this::answer);
        }
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"));
    }

    private Outcome answer(Request request) {
        seen.add(request);
        return HERE;
    }

    @Test
    void equalAnswersAreShownOnceUnderFoldedNames() {
        three();
        var ran = context.run("run", "node.ping");
        assertThat(ran.out())
                .startsWith("web[01-03] (3)                           ok\n    here\n\n")
                .containsPattern("Finished processing 3 / 3 hosts in [0-9.]+ ms\n    ok 3\n$");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
    }

    @Test
    void theFilterTravelsWithTheRequestAndTheTargetsAreFrozen() {
        three();
        context.run("run", "node.ping", "-I", "/web0[12]/");
        assertThat(seen).hasSize(2);
        var request = seen.remove();
        assertThat(request.filter().identities()).containsExactly("/web0[12]/");
        assertThat(request.targets().orElseThrow()).hasSize(2);
        assertThat(request.ttl()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aFailureIsFourAndComesFirst() {
        village.node("n-1", "web01", _ -> HERE);
        village.node("n-2", "web02", _ -> HERE);
        village.node("n-3", "web03", _ -> Outcome.failed("exit-status", "disk full\non /var"));
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"));
        var ran = context.run("run", "node.ping");
        assertThat(ran.out())
                .startsWith(
                        "web03                                    failed: exit-status\n"
                                + "    disk full\n    on /var\n\nweb[01-02] (2)");
        assertThat(ran.out()).contains("    failed 1, ok 2\n");
        assertThat(ran.code()).isEqualTo(4);
    }

    @Test
    void aChangeWithoutNodesNamedNeedsAllNodes() {
        three();
        var ran = context.run("run", "user.ensure", "name=deploy");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("no nodes are named").contains("--all-nodes");
        assertThat(seen).isEmpty();
        assertThat(context.run("run", "user.ensure", "name=deploy", "--all-nodes").code()).isZero();
        assertThat(seen).hasSize(3);
    }

    @Test
    void aNodeWhoseBootTheHubDoesNotKnowIsAskedForItBeforeItReboots() {
        village.node("n-1", "web01", this::answer);
        village.hub(new Target(new NodeId("n-1"), "web01", Presence.UP, Optional.empty()));
        assertThat(context.run("run", "node.reboot", "-I", "web01").code()).isZero();
        assertThat(seen)
                .extracting(Request::action)
                .containsExactly(BuiltIn.NODE_PING.name(), BuiltIn.NODE_REBOOT.name());
        assertThat(List.copyOf(seen).getLast().bind()).containsValue("boot-1");
    }

    @Test
    void aRebootStopsAfterTheSecondFailureUnlessTypedOtherwise() {
        for (int i = 1; i <= 4; i++) {
            village.node("n-" + i, "web0" + i, _ -> Outcome.failed("broken", "no"));
        }
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"), up("n-4", "web04"));
        var careful = context.run("run", "node.reboot", "--all-nodes");
        assertThat(careful.out()).contains("failed 2, not-sent 2");
        assertThat(careful.err())
                .contains(
                        "stopped: 2 of 4 targets failed or did not answer, and --max-failed is 2;"
                                + " nothing was sent to 2 more",
                        "--max-failed N goes on with it");
        assertThat(careful.code()).isEqualTo(4);
        var bold = context.run("run", "node.reboot", "--all-nodes", "--batch", "100%");
        assertThat(bold.out()).contains("    failed 4\n");
        for (var bad : List.of("0", "0%", "x", "101%", "1,0", "1,")) {
            assertThat(context.run("run", "node.reboot", "--all-nodes", "--batch", bad).code())
                    .isEqualTo(2);
        }
    }

    @Test
    void atATerminalTheNumberIsTypedBack() {
        three();
        context.atTerminal();
        var wrong = context.typed("2\n").run("run", "node.reboot", "--all-nodes");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .contains(
                        "node.reboot (destructive) on all 3 nodes: web[01-03].\nType their number")
                .contains("nothing was sent");
        assertThat(seen).isEmpty();
        var right = context.typed("3\n").run("run", "node.reboot", "--all-nodes");
        assertThat(right.code()).isZero();
        assertThat(seen).hasSize(3);
        assertThat(context.typed("").run("run", "node.reboot", "--all-nodes", "--yes").code())
                .isZero();
    }

    @Test
    void nodesThatAreNamedOneByOneNeedNoConsent() {
        three();
        context.atTerminal();
        assertThat(context.run("run", "node.reboot", "-I", "web01").code()).isZero();
        var list =
                context.typed("web02 # the second\n\nn-3\n")
                        .run("run", "node.reboot", "--nodes", "-");
        assertThat(list.code()).isZero();
        assertThat(seen).hasSize(3);
    }

    @Test
    void whatAFilterFindsIsConfirmedBeforeItIsDestroyed() {
        three();
        context.atTerminal();
        for (var filter : List.of("-I /web/", "-F hostname=~web", "-S hostname=~web")) {
            seen.clear();
            var words = ("run node.reboot " + filter).split(" ");
            var wrong = context.typed("y\n").run(words);
            assertThat(wrong.code()).as(filter).isEqualTo(2);
            assertThat(wrong.err())
                    .contains("node.reboot (destructive) on 3 nodes: web[01-03].")
                    .contains("nothing was sent");
            assertThat(seen).isEmpty();
            assertThat(context.typed("3\n").run(words).code()).isZero();
            assertThat(seen).hasSize(3);
        }
        // What can be done again, or is only tried out, needs no more than the filter.
        context.typed("");
        assertThat(context.run("run", "user.ensure", "name=a", "-I", "/web/").code()).isZero();
    }

    @Test
    void whereNobodyIsThereToAskAFilterDestroysNothingWithoutAWord() {
        three();
        var ran = context.run("run", "node.reboot", "-F", "hostname=~web");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("on 3 nodes: web[01-03], and nobody is there to ask: --yes");
        assertThat(seen).isEmpty();
        var meant = context.run("run", "node.reboot", "-F", "hostname=~web", "--yes");
        assertThat(meant.code()).isZero();
        assertThat(seen).hasSize(3);
        assertThat(context.run("run", "node.reboot", "-I", "web01", "-I", "n-2").code()).isZero();
    }

    /** A node calls itself as it likes, and so two may have the name that was typed. */
    @Test
    void oneNameThatTwoNodesHaveIsConfirmed() {
        village.node("n-1", "web01", this::answer);
        village.node("n-2", "web01", this::answer);
        village.hub(up("n-1", "web01"), up("n-2", "web01"));
        var ran = context.run("run", "node.reboot", "-I", "web01");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("on 2 nodes: web01 (n-[1-2]), and nobody");
        assertThat(seen).isEmpty();
    }

    @Test
    void anEmptyFilterTextIsNeverNoFilter() {
        three();
        for (var option : List.of("-F", "-C", "-A", "-I", "-W", "-S")) {
            var ran = context.run("run", "node.ping", option, "");
            assertThat(ran.code()).as(option).isEqualTo(2);
            assertThat(ran.err()).contains(option);
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void aBadFilterPointsAtTheColumn() {
        var ran = context.run("run", "node.ping", "-S", "role=web or (");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("column 13").contains("role=web or (\n").contains("^\n");
    }

    @Test
    void everyBadInputIsNamedBeforeAnythingIsSent() {
        three();
        var ran = context.run("run", "node.reboot", "-I", "web01", "dely=3s", "delay=x");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("dely").contains("did you mean delay?").contains("'x'");
        assertThat(seen).isEmpty();
    }

    @Test
    void aMistypedActionIsGuessed() {
        var ran = context.run("run", "reboot", "--all-nodes");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("not an action name: 'reboot'")
                .contains("; muster actions lists them\n");
    }

    @Test
    void nobodyMatchedIsThreeAndNothingIsSent() {
        three();
        var ran = context.run("run", "node.ping", "-I", "db01");
        assertThat(ran.code()).isEqualTo(3);
        assertThat(ran.err()).isEqualTo("nobody is called db01\nno node matches\n");
        assertThat(ran.out()).isEmpty();
        assertThat(seen).isEmpty();
    }

    @Test
    void whoLeftIsATargetOnlyByName() {
        village.hub(target("n-1", "web01", Presence.LEFT), target("n-2", "web02", Presence.DOWN));
        var all = context.run("run", "node.ping", "-o", "json");
        assertThat(all.out()).contains("web02").doesNotContain("\"name\" : \"web01\"");
        assertThat(all.err()).contains("not meant, for they said goodbye").contains("web01");
        var named = context.run("run", "node.ping", "-I", "web01", "-o", "json");
        assertThat(named.err()).doesNotContain("goodbye");
        assertThat(named.out()).contains("\"state\" : \"offline\"").contains("web01");
        assertThat(named.code()).isEqualTo(5);
    }

    @Test
    void aKnownNameThatDoesNotMatchIsNotCalledUnknown() {
        three();
        var ran = context.run("run", "node.ping", "-I", "web01", "-F", "role=db");
        assertThat(ran.err()).isEqualTo("no node matches\n");
        assertThat(ran.code()).isEqualTo(3);
    }

    @Test
    void withoutAHubTheNodesAreAsked() throws IOException {
        context.config("hub-timeout = 300ms\ndiscovery-timeout = 20s\n");
        village.node("n-1", "web01", this::answer);
        var ran = context.run("run", "node.ping");
        assertThat(ran.code()).isZero();
        assertThat(ran.err()).contains("the hub did not answer within 300ms: asked the nodes");
        assertThat(ran.out()).contains("web01");
    }

    @Test
    void anEarlierReportIsAListOfNodes() throws IOException {
        three();
        var json = context.run("run", "node.ping", "-o", "json");
        Files.writeString(home.resolve("earlier.json"), json.out());
        context.run("run", "node.ping", "--nodes", "earlier.json");
        assertThat(seen).hasSize(6);
        var lines = context.run("run", "node.ping", "-o", "jsonl");
        Files.writeString(home.resolve("earlier.jsonl"), lines.out());
        context.run("run", "node.ping", "--nodes", "earlier.jsonl");
        assertThat(seen).hasSize(12);
    }

    @Test
    void aListOfNobodyIsNotEverybody() {
        three();
        var ran = context.typed("# nobody today\n").run("run", "node.reboot", "--nodes", "-");
        assertThat(ran.code()).isEqualTo(3);
        assertThat(seen).isEmpty();
    }

    @Test
    void aDryRunIsSentOnlyForActionsThatCan() {
        three();
        assertThat(context.run("run", "node.reboot", "-I", "web01", "--dry-run").code()).isZero();
        assertThat(seen).isEmpty();
        var ran = context.run("run", "user.ensure", "name=a", "-I", "web01", "--dry-run");
        assertThat(ran.code()).isZero();
        assertThat(seen.element().dryRun()).isTrue();
    }

    @Test
    void whatIsWrongWithTheCommandLineIsSaidBeforeAnybodyIsSpokenTo() {
        context.connector(
                (_, _, _) -> {
                    throw new TransportException("refused");
                });
        var validity = context.run("run", "node.reboot", "-I", "web01", "--ttl", "6m");
        assertThat(validity.code()).as(validity.err()).isEqualTo(2);
        var file = context.run("run", "node.ping", "--nodes", "not-there");
        assertThat(file.code()).isEqualTo(2);
        assertThat(file.err())
                .startsWith("muster run: --nodes not-there: cannot be read: no " + home)
                .doesNotContain("Exception");
        var list = context.typed("a b\n").run("run", "node.ping", "--nodes", "-");
        assertThat(list.code()).isEqualTo(2);
        assertThat(list.err()).contains("standard input: line 1");
        assertThat(context.run("ping", "--ttl", "3m").code()).isEqualTo(2);
    }

    @Test
    void aValidityThatNoNodeAcceptsIsNotSent() {
        three();
        var ran = context.run("run", "node.reboot", "-I", "web01", "--ttl", "6m");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("at most 5m for destructive actions");
        assertThat(seen).isEmpty();
    }

    @Test
    void progressIsOnlyForTerminalsAndIsGoneAtTheEnd() {
        three();
        assertThat(context.run("run", "node.ping").err()).isEmpty();
        var ran = context.atTerminal().run("run", "node.ping");
        assertThat(ran.err()).contains("\r * [ >").contains(" ] 3 / 3").endsWith("\r");
        assertThat(ran.out()).doesNotContain("\r");
        var none = context.run("run", "node.ping", "--no-progress");
        assertThat(none.err()).isEmpty();
    }

    @Test
    void quietLeavesOnlyTheResults() {
        three();
        var ran = context.run("run", "node.ping", "-q");
        assertThat(ran.out())
                .isEqualTo("web[01-03] (3)                           ok\n    here\n\n");
    }

    @Test
    void badWordsForOptionsAreUsageErrors() {
        for (var words :
                List.of(
                        List.of("--limit", "0"),
                        List.of("--limit", "101%"),
                        List.of("--limit", "some"),
                        List.of("--seed", "1"),
                        List.of("--seed", "x", "--limit", "1"),
                        List.of("--timeout", "5 minutes"),
                        List.of("--ttl", "0s"),
                        List.of("--output", "yaml"),
                        List.of("--discovery", "magic"),
                        List.of("-T", "No Such"),
                        List.of("--nodes", "not-there"),
                        List.of("--bogus"))) {
            var line = new java.util.ArrayList<>(List.of("run", "node.ping"));
            line.addAll(words);
            var ran = context.run(line.toArray(String[]::new));
            assertThat(ran.code()).as("%s: %s", words, ran.err()).isEqualTo(2);
            assertThat(ran.out()).isEmpty();
        }
    }
}
