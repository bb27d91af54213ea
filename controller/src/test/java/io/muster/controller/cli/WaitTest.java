package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.journal.Journal;
import io.muster.message.Bytes;
import io.muster.message.Cancellation;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Recollection;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** {@code --wait}: nodes that are at another change when they are asked. */
class WaitTest {
    private static final String HOLDER = "operator/bob is at puppet.run since 10:02:00";

    private static final Outcome BUSY = new Outcome.Refused(Reason.BUSY, HOLDER);

    @TempDir private Path home;

    private final Village village = new Village();
    private final Map<RequestId, String> digests = new ConcurrentHashMap<>();
    private final List<RequestId> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch failed = new CountDownLatch(2);
    private volatile int busyFor = 1;
    private volatile boolean failing;
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node(
                "n-1",
                (call, node) -> call.reply(node, "web01", 0, new Answer.Final(answer(call))));
        village.node("n-2", "web02", _ -> second());
        village.node("n-3", "web03", _ -> second());
        village.node("n-4", "web04", _ -> second());
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"), up("n-4", "web04"));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Outcome second() {
        failed.countDown();
        return failing
                ? Outcome.failed("exit-status", "it broke")
                : new Outcome.Changed("made", Fields.EMPTY);
    }

    /** As a node: what was refused once is refused when it comes again. */
    private Outcome answer(Call call) {
        var request = call.request();
        if (request.action().value().equals("node.cancel")) {
            return over(request);
        }
        if (!request.changes()) {
            return Outcome.ok("here");
        }
        digests.put(request.id(), call.digest());
        if (failing) {
            // The others come first.
            await().atMost(Duration.ofSeconds(20)).until(() -> failed.getCount() == 0);
        }
        if (!asked.contains(request.id())) {
            asked.add(request.id());
        }
        return asked.indexOf(request.id()) < busyFor
                ? BUSY
                : new Outcome.Changed("made", Fields.EMPTY);
    }

    /** It was refused, and so is over. */
    private Outcome over(Request request) {
        var ids = (Items) request.arguments().member("requests").orElseThrow();
        var id = new RequestId(ids.items().getFirst().toString());
        var digest = digests.getOrDefault(id, "");
        var now = Instant.now();
        var ended = new Recollection.Ended(digest, 0, now, now, "boot-1", BUSY);
        var told = Fields.EMPTY.with(id.value(), new Cancellation.Over(ended).toValue());
        return new Outcome.Changed("told", Fields.EMPTY.with("requests", told));
    }

    private Ran run(String... more) {
        return run("/web0[12]/", more);
    }

    private Ran run(String nodes, String[] more) {
        var words = Stream.of("run", "user.ensure", "name=d", "-I", nodes);
        return context.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void whoeverIsBusyIsWaitedForAndDoesItOnce() {
        busyFor = 2;
        var ran = run("--wait", "5m", "--max-failed", "0", "--timeout", "20s", "-o", "jsonl");
        assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.err()).contains("web01 is busy (" + HOLDER + "): waits up to 5m\n");
        assertThat(asked).hasSize(3).doesNotHaveDuplicates();
        var replies = ran.out().lines().filter(line -> line.contains("\"kind\":\"reply\""));
        assertThat(replies).hasSize(2);
        assertThat(context.run("runs", "show", "last", "-o", "jsonl").out()).isEqualTo(ran.out());
    }

    @Test
    void withoutItWhoIsBusyRefusesAtOnceAndSaysWhoHoldsIt() {
        var ran = run();
        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.out()).contains("refused: busy", HOLDER);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whenTheTimeIsOverItIsRefused() {
        busyFor = Integer.MAX_VALUE;
        var ran = run("--wait", "1s");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.out()).contains("refused: busy", HOLDER, "refused 1, changed 1");
        assertThat(asked.size()).isGreaterThan(1);
        assertThat(ran.err()).doesNotContain("not-a-target");
    }

    @Test
    void afterACrashItIsWaitedForAgain() throws IOException {
        run("--wait", "5m");
        assertThat(asked).hasSize(2);
        Path journal;
        try (var folders = Files.list(context.folder().resolve("runs"))) {
            journal = folders.toList().getFirst().resolve("run.journal");
        }
        var records = new ArrayList<Bytes>();
        Journal.read(journal, records::add);
        Files.delete(journal);
        try (var book = Journal.open(journal, _ -> {})) {
            // Its beginning, the nodes, and the first request: nothing was heard.
            records.subList(0, 3).forEach(book::append);
        }
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.out()).contains("    changed 2\n");
        assertThat(asked).hasSize(3);
    }

    @Test
    void whoIsCancelledMeanwhileIsNotSentToAgain() {
        busyFor = Integer.MAX_VALUE;
        var ran = new CompletableFuture<Ran>();
        Thread.ofPlatform().start(() -> ran.complete(run("--wait", "5m")));
        await().atMost(Duration.ofSeconds(20)).until(() -> asked.size() > 1);
        var cancelled = context.run("runs", "cancel", "last", "--timeout", "20s");
        assertThat(cancelled.code()).as(cancelled.out() + cancelled.err()).isZero();
        assertThat(ran.join().out()).contains("refused 1, changed 1");
        assertThat(context.run("runs").out()).contains(" cancelled ");
    }

    @Test
    void whoStopsWaitingIsToldThatItIsBusyAndNotThatItIsSilent() {
        busyFor = Integer.MAX_VALUE;
        var ran = new CompletableFuture<Ran>();
        var thread = Thread.ofPlatform().start(() -> ran.complete(run("--wait", "5m")));
        await().atMost(Duration.ofSeconds(20)).until(() -> asked.size() > 1);
        thread.interrupt();
        assertThat(ran.join().code()).isEqualTo(130);
        // Between the second try and its answer nothing is known of it.
        assertThat(ran.join().out()).containsPattern("(refused|no-reply) 1, changed 1");
    }

    @Test
    void whenARunHasComeToItsLimitNobodyIsTriedAgain() {
        busyFor = Integer.MAX_VALUE;
        failing = true;
        var ran = run("/web/", new String[] {"--wait", "5m", "--batch", "3"});
        assertThat(ran.out()).contains("failed 2, refused 1").contains(HOLDER);
        assertThat(ran.code()).isEqualTo(4);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatOthersApproveIsAnsweredOnce() {
        assertThat(run("--wait", "5m", "--propose").code()).isEqualTo(2);
        assertThat(run("--wait", "0s").code()).isEqualTo(2);
        assertThat(asked).isEmpty();
    }
}
