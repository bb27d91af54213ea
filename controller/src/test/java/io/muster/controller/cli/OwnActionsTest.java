package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.InputSpec;
import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.message.ActionName;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Actions that came with the nodes' own programs: what they are, only the nodes know. */
class OwnActionsTest {
    private static final ActionSpec BACKUP =
            new ActionSpec(
                    new ActionName("backup.start"),
                    "Start a backup",
                    ActionClass.CHANGE,
                    true,
                    true,
                    Duration.ofMinutes(1),
                    List.of(
                            InputSpec.required(
                                    "where", "to", InputSpec.Kind.Text.matching(9, "\\d+"))),
                    List.of());

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

    private static Outcome actions(ActionSpec... specs) {
        var items = List.of(specs).stream().<Value>map(ActionSpec::toValue).toList();
        return new Outcome.Ok("", Fields.EMPTY.with("actions", new Items(items)));
    }

    /** A node that has these actions, and says so when it is asked. */
    private void able(String id, String name, ActionSpec... specs) {
        node(id, name, actions(specs));
    }

    private void node(String id, String name, Outcome asked) {
        village.node(
                id,
                name,
                request -> {
                    if (request.action().equals(BuiltIn.NODE_ACTIONS.name())) {
                        return asked;
                    }
                    seen.add(request);
                    return HERE;
                });
    }

    @Test
    void anActionOfTheNodesOwnIsDescribedByTheFirstOfThem() {
        able("n-1", "web01", BACKUP);
        village.hub(up("n-1", "web01"));
        var ran = context.run("run", "backup.start", "-I", "web01", "where=7");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(seen.element().arguments()).isEqualTo(Fields.EMPTY.with("where", "7"));
        assertThat(seen.element().actionClass()).isEqualTo(ActionClass.CHANGE);
        var bad = context.run("run", "backup.start", "-I", "web01", "where=x");
        assertThat(bad.code()).isEqualTo(2);
        var unknown = context.run("run", "backup.stat", "-I", "web01");
        assertThat(unknown.err())
                .contains("no action backup.stat; did you mean backup.start?")
                .contains("; muster actions --node web01 lists them\n");
        assertThat(unknown.code()).isEqualTo(2);
        var consent = context.run("run", "backup.start", "where=7");
        assertThat(consent.err()).contains("--all-nodes");
        assertThat(seen).hasSize(1);
    }

    /** Of three nodes, only the last has it. */
    private void onlyTheLastIsAble() {
        able("n-1", "web01", BuiltIn.NODE_PING);
        able("n-2", "web02");
        able("n-3", "web03", BACKUP);
        village.hub(
                (call, hub) -> {
                    var asks = call.request().filter().actions().contains("backup.start");
                    var rows = asks ? List.of("3") : List.of("1", "2", "3");
                    var nodes = rows.stream().<Value>map(OwnActionsTest::row).toList();
                    var part = Fields.EMPTY.with("nodes", new Items(nodes));
                    call.reply(hub, "hub", 0, new Answer.Part(part));
                    call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
                });
    }

    private static Fields row(String number) {
        return Fields.EMPTY
                .with("id", "n-" + number)
                .with("name", "web0" + number)
                .with("state", "up");
    }

    @Test
    void ifTheFirstDoesNotKnowItThoseAreAskedWhoAnnouncedIt() {
        onlyTheLastIsAble();
        var ran = context.run("run", "backup.start", "where=7", "-I", "/^web/");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(seen).hasSize(3);
        assertThat(seen.element().actionClass()).isEqualTo(ActionClass.CHANGE);
    }

    @Test
    void withEverybodyAwayTheReportSaysSo() {
        village.hub(target("n-1", "web01", Presence.DOWN), target("n-2", "web02", Presence.DOWN));
        var ran = context.run("run", "backup.start", "where=7", "-I", "/^web/", "-o", "json");
        assertThat(ran.code()).as(ran.err()).isEqualTo(5);
        assertThat(ran.out()).contains("\"offline\" : 2").contains("web01");
        assertThat(ran.err())
                .isEqualTo("no node could say what backup.start is, so it was not sent\n");
    }

    @Test
    void whatWaitsForThemIsDescribedByAnybodyWhoHasIt() {
        var known = new ConcurrentLinkedQueue<Value>();
        village.hub(
                (call, hub) -> {
                    var asks = call.request().filter().actions().contains("backup.start");
                    var away = row("1").with("state", "down");
                    var nodes = asks ? List.copyOf(known) : List.<Value>of(away);
                    var part = Fields.EMPTY.with("nodes", new Items(nodes));
                    call.reply(hub, "hub", 0, new Answer.Part(part));
                    call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
                });
        var words = new String[] {"run", "backup.start", "where=7", "-I", "web01", "--queue", "1h"};
        var ran = context.run(words);
        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.err()).contains("so it was not sent, nor left at the hub");

        able("n-9", "web09", BACKUP);
        known.add(row("9"));
        assertThat(context.run(words).out()).contains("    queued 1\n");
        assertThat(seen).isEmpty();
    }

    @Test
    void whoeverWillNotDescribeItIsInTheReportAsItAnswered() {
        node("n-1", "web01", new Outcome.Refused(Reason.POLICY, "no rule"));
        village.hub(up("n-1", "web01"), target("n-2", "web02", Presence.DOWN));
        var ran = context.run("run", "backup.start", "where=7", "-I", "/^web/");
        assertThat(ran.code()).as(ran.err()).isEqualTo(4);
        assertThat(ran.out()).contains("no rule").contains("    refused 1, offline 1\n");
        assertThat(seen).isEmpty();
    }

    @Test
    void whoeverSaysNothingGaveNoReplyAndNobodyElseWasSentAnything() {
        village.hub(
                java.util.stream.IntStream.range(1, 7)
                        .mapToObj(i -> up("n-" + i, "web0" + i))
                        .toArray(Target[]::new));
        var ran = context.run("run", "backup.start", "where=7", "-I", "/^web/", "-t", "300ms");
        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.out())
                .contains("    no-reply 4, not-sent 2\n")
                .contains("No response from:\n\n    web[01-04]\n")
                .contains("Not sent to:\n\n    web[05-06]\n");
    }

    @Test
    void theActionsOfANodeThatIsAwayAreIncompleteAndOfOneNobodyKnowsAreNobodys() {
        village.hub(target("n-1", "web01", Presence.DOWN));
        var away = context.run("actions", "--node", "web01");
        assertThat(away.code()).isEqualTo(5);
        assertThat(away.err()).isEqualTo("muster actions: web01: offline\n");
        assertThat(context.run("actions", "--node", "web99").code()).isEqualTo(3);
    }

    @Test
    void aPatternIsShownAsItIsTyped() {
        able("n-1", "web01", BACKUP);
        village.hub(up("n-1", "web01"));
        var page = context.run("actions", "backup.start", "--node", "web01", "-t", "20s");
        assertThat(page.out()).contains(" like /\\d+/; required\n");
    }

    @Test
    void howLongToWaitForNobodyIsAUsageError() {
        for (var option : List.of("-T", "-t", "--ttl")) {
            var ran = context.run("actions", option, option.equals("-T") ? "main" : "1m");
            assertThat(ran.code()).as(option).isEqualTo(2);
            assertThat(ran.err()).contains("without --node");
        }
    }
}
