package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.journal.Journal;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code muster runs cancel}: nothing of it goes on, or it is said where it does. */
class RunsCancelTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Host> hosts = new ArrayList<>();
    private volatile Outcome outcome = new Outcome.Changed("made", Fields.EMPTY);
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 3; i++) {
            hosts.add(new Host(village, "n-" + i, "web0" + i, _ -> outcome));
        }
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Ran run() {
        return run("--timeout", "1s");
    }

    private Ran run(String... more) {
        var words = new ArrayList<>(List.of("run", "user.ensure", "name=deploy", "--all-nodes"));
        words.addAll(List.of(more));
        return context.run(words.toArray(String[]::new));
    }

    @Test
    void whatIsUnderWayIsStoppedAndTheRunIsNotGoneOnWith() {
        hosts.forEach(host -> host.slow = true);
        run();
        var cancelled = context.run("runs", "cancel", "last");

        assertThat(cancelled.out())
                .matches("web\\[01-03] +cancelled: cancelled by operator/alice after 3s\n");
        assertThat(cancelled.code()).isZero();
        assertThat(context.run("runs").out()).contains(" cancelled ", "cancelled 3");
        assertThat(context.run("runs", "show", "last").out()).contains("cancelled 3");
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.err()).contains("was cancelled", "run it anew");
        assertThat(resumed.code()).isEqualTo(1);
        assertThat(context.run("runs", "cancel", "last").code()).isEqualTo(3);
    }

    @Test
    void whereItIsTooLateOrNobodyAnswersIsSaid() {
        hosts.get(0).silent = true;
        hosts.get(1).deaf = true;
        hosts.get(2).deaf = true;
        run();
        hosts.get(2).away = true;
        var cancelled = context.run("runs", "cancel", "last", "--timeout", "1s");

        assertThat(cancelled.out())
                .containsPattern("web01 +too late: changed: made\n")
                .containsPattern("web02 +cancelled: cancelled before it began\n")
                .containsPattern("web03 +not there: it may still do it\n");
        assertThat(cancelled.code()).isEqualTo(4);
        var again = context.run("runs", "cancel", "last", "--timeout", "1s", "-o", "json");
        assertThat(again.code()).isEqualTo(5);
        assertThat(again.out()).contains("\"ended\" : 2", "\"not-there\" : 1");
        assertThat(context.run("runs", "show", "last").out())
                .contains("no-reply 1, cancelled 1, changed 1");
    }

    @Test
    void anotherTerminalThatIsAtItSendsToNobodyElse() {
        hosts.getFirst().slow = true;
        var running = CompletableFuture.supplyAsync(() -> run("--batch", "1", "--timeout", "60s"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> context.run("runs").out().contains("at work 1, to come 2"));
        var cancelled = context.run("runs", "cancel", "last", "-o", "jsonl");

        assertThat(cancelled.out())
                .contains("\"kind\":\"cancel\",\"id\":\"n-1\"", "\"result\":\"cancelled\"")
                .contains("\"result\":\"not-sent\"");
        assertThat(cancelled.code()).isZero();
        assertThat(running).succeedsWithin(Duration.ofSeconds(20));
        assertThat(running.join().out()).contains("cancelled 1, not-sent 2");
        assertThat(running.join().err()).contains("cancelled by operator/alice");
        assertThat(hosts.get(1).deeds).isEmpty();
    }

    @Test
    void aNodeIsTakenOutBeforeAndDuringItAndTheRolloutGoesOn() {
        hosts.getFirst().slow = true;
        var running = CompletableFuture.supplyAsync(() -> run("--batch", "1", "--timeout", "60s"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> context.run("runs").out().contains("at work 1, to come 2"));
        var before = context.run("runs", "cancel", "last", "-I", "web02");
        assertThat(before.out()).matches("web02 +cancelled: not sent, and will not be\n");
        assertThat(before.code()).isZero();
        var during = context.run("runs", "cancel", "last", "-I", "web01");
        assertThat(during.out()).contains("cancelled by operator/alice after 3s");

        assertThat(running).succeedsWithin(Duration.ofSeconds(20));
        assertThat(running.join().out()).contains("cancelled 2, changed 1");
        assertThat(running.join().err()).doesNotContain("stopped");
        assertThat(running.join().code()).isEqualTo(5);
        assertThat(hosts.get(1).deeds).isEmpty();
        assertThat(hosts.get(2).deeds).hasSize(1);
        assertThat(context.run("runs").out()).contains(" done ", "cancelled 2, changed 1");
        assertThat(context.run("runs", "cancel", "last", "-I", "web02").code()).isEqualTo(3);
    }

    @Test
    void whoWasTakenOutIsNotSentToWhenTheRunIsGoneOnWith() {
        hosts.getFirst().silent = true;
        run("--batch", "1", "--max-failed", "1", "--timeout", "200ms");
        var unsent = context.run("runs", "cancel", "last", "-I", "web02");
        assertThat(unsent.out()).contains("not sent, and will not be");
        assertThat(unsent.code()).isZero();
        assertThat(context.run("runs", "show", "last").out())
                .contains("no-reply 1, cancelled 1, not-sent 1")
                .contains("Cancelled (not sent, and will not be):");
        var resumed = context.run("runs", "resume", "last", "--max-failed", "3");
        assertThat(resumed.out()).contains("cancelled 1", "changed 1");
        context.run("runs", "resume", "last");
        context.run("runs", "retry", "last", "--failed");
        assertThat(hosts.get(1).deeds).isEmpty();
        assertThat(hosts.get(2).deeds).hasSize(1);
    }

    @Test
    void anotherOperatorsRunIsStoppedAsThatOneAndNotCalledCancelledIfItIsNot() throws IOException {
        hosts.forEach(host -> host.slow = true);
        run();
        context.keys(context.folder(), village.authority().operator("bob"));
        var cancelled = context.run("runs", "cancel", "last");
        assertThat(cancelled.out()).contains("not cancelled: it is of operator/alice");
        assertThat(cancelled.code()).isEqualTo(4);
        assertThat(context.run("runs", "show", "last").out()).contains("no-reply 3");
        assertThat(cancelled.err()).contains("is not cancelled: no node lets you do that");
        assertThat(context.run("runs").out()).doesNotContain(" cancelled ");
    }

    private void as(String name) throws IOException {
        var alice = name.equals("alice");
        context.keys(
                context.folder(), alice ? village.operator() : village.authority().operator(name));
    }

    /** One has done it, one is at it, and one is not sent to yet. */
    private void halfWay() {
        hosts.get(1).slow = true;
        var ran = run("--batch", "1", "--max-failed", "1", "--timeout", "1s");
        assertThat(ran.out()).contains("no-reply 1, not-sent 1, changed 1");
    }

    @Test
    void whomNoNodeLetsLeavesTheRunAsItWasThoughSomeHadEnded() throws IOException {
        halfWay();
        as("bob");
        var cancelled = context.run("runs", "cancel", "last");
        assertThat(cancelled.out())
                .containsPattern("web02 +not cancelled: it is of operator/alice")
                .containsPattern("web03 +not sent");
        assertThat(cancelled.err()).contains("is not cancelled: no node lets you do that");
        assertThat(cancelled.code()).isEqualTo(4);
        assertThat(context.run("runs", "cancel", "last", "-I", "web02").code()).isEqualTo(4);
        var unsent = context.run("runs", "cancel", "last", "-I", "web03");
        assertThat(unsent.err()).contains("it is of operator/alice, and no node says that you may");
        assertThat(unsent.code()).isEqualTo(4);

        as("alice");
        hosts.get(1).slow = false;
        var resumed = context.run("runs", "resume", "last", "--max-failed", "3");
        assertThat(resumed.out()).contains("    changed 3\n");
    }

    @Test
    void oneNodeThatLetsThemIsEnoughForAnotherOperator() throws IOException {
        halfWay();
        hosts.get(1).lenient = true;
        as("bob");
        var cancelled = context.run("runs", "cancel", "last");
        assertThat(cancelled.out()).containsPattern("web02 +cancelled: ");
        assertThat(cancelled.err()).doesNotContain("is not cancelled");
        assertThat(cancelled.code()).isZero();
        assertThat(context.run("runs").out()).contains(" cancelled ");
        as("alice");
        assertThat(context.run("runs", "resume", "last").err()).contains("was cancelled");
        assertThat(hosts.get(2).deeds).isEmpty();
    }

    @Test
    void whoeverIsAtItDoesNotHearOfAnotherOperatorWhomNoNodeLets() throws IOException {
        hosts.getFirst().slow = true;
        var running = CompletableFuture.supplyAsync(() -> run("--batch", "1", "--timeout", "60s"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> context.run("runs").out().contains("at work 1, to come 2"));
        as("bob");
        hosts.getFirst().away = true;
        var unheard = context.run("runs", "cancel", "last", "--timeout", "200ms");
        assertThat(unheard.err()).contains("is not cancelled: it is of operator/alice");
        assertThat(unheard.code()).isEqualTo(5);
        hosts.getFirst().away = false;
        var denied = context.run("runs", "cancel", "last");
        assertThat(denied.err()).contains("is not cancelled: no node lets you do that");
        as("alice");
        assertThat(context.run("runs", "cancel", "last", "-I", "web01").code()).isZero();

        assertThat(running).succeedsWithin(Duration.ofSeconds(20));
        assertThat(running.join().out()).contains("cancelled 1, changed 2");
        assertThat(running.join().err()).doesNotContain("stopped");
    }

    @Test
    void whatItsOwnerCancelledStaysSoWhoeverTriesAfterwards() throws IOException {
        halfWay();
        hosts.get(1).away = true;
        assertThat(context.run("runs", "cancel", "last", "--timeout", "200ms").code()).isEqualTo(5);
        hosts.get(1).away = false;
        as("bob");
        var again = context.run("runs", "cancel", "last");
        assertThat(again.out()).containsPattern("web02 +not cancelled");
        assertThat(again.err()).doesNotContain("is not cancelled");
        assertThat(again.code()).isEqualTo(4);
        hosts.get(1).lenient = true;
        assertThat(context.run("runs", "cancel", "last").code()).isZero();
        assertThat(context.run("runs").out()).contains(" cancelled ");
        assertThat(runFile("cancelled")).hasContent("operator/alice\n");
    }

    private Path runFile(String name) throws IOException {
        try (var folders = Files.list(context.folder().resolve("runs"))) {
            return folders.findFirst().orElseThrow().resolve(name);
        }
    }

    @Test
    void anotherOperatorEndsWhatWasSentToNobodyYet() throws IOException {
        run();
        var records = new ArrayList<Bytes>();
        Journal.read(runFile("run.journal"), records::add);
        Files.delete(runFile("run.journal"));
        try (var journal = Journal.open(runFile("run.journal"), _ -> {})) {
            // as if it had been killed before it sent anything
            records.subList(0, 2).forEach(journal::append);
        }
        as("bob");
        assertThat(context.run("runs", "cancel", "last").out()).contains("web[01-03]", "not sent");
        assertThat(context.run("runs").out()).contains(" cancelled ");
    }

    @Test
    void whatWasRefusedAndNeverBegunIsNotTooLate() {
        outcome = new Outcome.Refused(Reason.BUSY, "at something else");
        hosts.forEach(host -> host.silent = true);
        run("--timeout", "200ms");
        var cancelled = context.run("runs", "cancel", "last");
        assertThat(cancelled.err()).contains("ended before: refused 3");
        assertThat(cancelled.code()).isZero();
    }

    @Test
    void whatWasCancelledAlreadyIsNotUnderWay() {
        hosts.getFirst().silent = true;
        run("--batch", "1", "--max-failed", "1", "--timeout", "200ms");
        assertThat(context.run("runs", "cancel", "last").out()).contains("web[02-03]", "not sent");
        var again = context.run("runs", "cancel", "last");
        assertThat(again.code()).isEqualTo(3);
        assertThat(again.err()).contains("nothing of that is under way");
    }

    @Test
    void onOneNodeTheRunItselfGoesOn() {
        hosts.forEach(host -> host.slow = true);
        run();
        var cancelled = context.run("runs", "cancel", "last", "-I", "web02");
        assertThat(cancelled.out()).startsWith("web02 ").contains("cancelled");
        assertThat(context.run("runs").out()).doesNotContain(" cancelled  ");
        var again = context.run("runs", "cancel", "last", "-I", "web02");
        assertThat(again.code()).isEqualTo(3);
        var unknown = context.run("runs", "cancel", "last", "-I", "web99");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("web99", "no target of run");
    }
}
