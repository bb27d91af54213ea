package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueState;

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

/** {@code muster run --queue} and {@code muster queue}: what waits for nodes that are away. */
class QueueCommandTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final QueuedHub hub =
            new QueuedHub(
                    village,
                    up("n-1", "web01"),
                    target("n-2", "web02", Presence.DOWN),
                    target("n-3", "web03", Presence.FROZEN),
                    target("n-4", "web04", Presence.DOWN));
    private CommandContext context = new CommandContext(village, Path.of("/"));
    private Host web;
    private Host absent;
    private volatile Outcome made = new Outcome.Changed("made", Fields.EMPTY);

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        web = new Host(village, "n-1", "web01", _ -> made);
        absent = new Host(village, "n-2", "web02", _ -> made);
        absent.away = true;
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Ran run(String... more) {
        var words = new ArrayList<>(List.of("run", "user.ensure", "name=deploy", "-I", "web01"));
        words.addAll(List.of("-I", "web02", "-I", "web03", "--queue", "24h", "--timeout", "10s"));
        words.addAll(List.of(more));
        return context.run(words.toArray(String[]::new));
    }

    @Test
    void whoIsAwayIsQueuedAndWhoIsFrozenIsNot() {
        var ran = run();
        assertThat(ran.out()).contains("Queued at the hub", "web02", "queued 1", "changed 1");
        assertThat(ran.out()).contains("offline 1");
        assertThat(ran.code()).isEqualTo(5);
        assertThat(web.deeds).hasSize(1);
        assertThat(hub.left).hasSize(1);
        var request = hub.left.getFirst();
        assertThat(request.queued()).isTrue();
        assertThat(request.ttl()).isEqualTo(Duration.ofHours(24));
        assertThat(request.targets().orElseThrow()).hasToString("[n-2]");
        assertThat(request.bounds().maxTargets()).isEqualTo(3);
        assertThat(context.run("runs", "show", "last").out()).contains("queued 1");
        assertThat(context.run("queue", "-o", "json").out())
                .contains("\"state\" : \"waiting\"", "\"node\" : \"n-2\"");
    }

    @Test
    void whatBecameOfItIsToldLater() {
        run();
        assertThat(context.run("runs", "ask", "last").out()).contains("queued 1");
        hub.all(QueueState.PURGED);
        assertThat(context.run("runs", "ask", "last").out())
                .contains("cancelled 1", "(its id was given to another machine)");
        hub.all(QueueState.EXPIRED);
        assertThat(context.run("runs", "ask", "last").out())
                .contains("expired 1", "(before it was handed out)");
        assertThat(context.run("runs", "show", "last").out()).contains("expired 1");
        absent.away = false;
        hub.all(QueueState.HANDED);
        assertThat(context.run("runs", "ask", "last").out())
                .contains("no-reply 1", "(it was handed out)");
        hub.queue.clear();
        assertThat(context.run("runs", "ask", "last", "-o", "json").out())
                .contains("knows nothing of it any more");
    }

    @Test
    void whatIsTakenBackIsCancelled() {
        run();
        var back = context.run("queue", "withdraw", "last");
        assertThat(back.out()).contains("n-2", "withdrawn");
        assertThat(back.code()).isZero();
        assertThat(context.run("runs", "ask", "last").out()).contains("cancelled 1");
        hub.all(QueueState.HANDED);
        assertThat(context.run("queue", "withdraw", "last").code()).isEqualTo(5);
        assertThat(context.run("queue", "withdraw", "n-9").code()).isEqualTo(3);
        assertThat(context.run("queue", "withdraw", "no run!").code()).isNotZero();
    }

    @Test
    void itIsFoundByTheNameOfItsNodeAndByItsFirstDigits() {
        run();
        assertThat(context.run("queue", "withdraw", "web01").code()).isEqualTo(3);
        assertThat(context.run("queue", "withdraw", "web02").out()).contains("withdrawn");
        run();
        var digits = hub.left.getLast().id().brief();
        assertThat(context.run("queue").out()).contains(digits);
        assertThat(context.run("queue", "withdraw", digits).out()).contains("withdrawn");
        assertThat(hub.queue.values()).allMatch(entry -> entry.state() == QueueState.WITHDRAWN);
    }

    @Test
    void whatIsManysOrOthersIsAskedAboutFirst() {
        run("-I", "web04");
        context.atTerminal().typed("1\n");
        assertThat(context.run("queue", "withdraw", "last").err()).contains("2 requests for 2");
        assertThat(hub.queue.values()).allMatch(entry -> entry.state() == QueueState.WAITING);
        context.typed("2\n");
        assertThat(context.run("queue", "withdraw", "last").code()).isZero();
        assertThat(hub.queue.values()).allMatch(entry -> entry.state() == QueueState.WITHDRAWN);
    }

    @Test
    void whatOthersLeftIsTakenBackOnlyWhenAskedFor() throws IOException {
        run();
        var bob = CommandContext.ready(village, Files.createDirectories(home.resolve("bob")));
        bob.keys(bob.folder(), village.authority().operator("bob"));
        assertThat(bob.run("queue").out()).contains(hub.left.getFirst().id().brief(), "alice");
        assertThat(bob.run("queue", "withdraw", "web02").code()).isEqualTo(3);
        assertThat(bob.run("queue", "withdraw", "web02", "--others").code()).isEqualTo(2);
        assertThat(bob.run("queue", "withdraw", "web02", "--others", "--yes").code()).isZero();
        assertThat(hub.queue.values()).allMatch(entry -> entry.state() == QueueState.WITHDRAWN);
    }

    @Test
    void anEmptyQueueIsSaid() {
        assertThat(context.run("queue").out()).contains("nothing waits");
        assertThat(context.run("queue", "-o", "json").out()).isEqualToIgnoringWhitespace("[]");
    }

    @Test
    void cancellingARunTakesBackWhatWaits() {
        run();
        var cancelled = context.run("runs", "cancel", "last", "--timeout", "1s");
        assertThat(cancelled.out()).containsPattern("web02 +cancelled: taken back from the hub");
        assertThat(hub.queue.values()).allMatch(entry -> entry.state() == QueueState.WITHDRAWN);
        assertThat(context.run("runs", "show", "last").out()).contains("cancelled 1");
    }

    @Test
    void whatCannotWaitIsRefusedBeforeAnythingIsSent() {
        var reboot = context.run("run", "node.reboot", "-I", "web01", "--queue", "1h", "--yes");
        assertThat(reboot.code()).isEqualTo(2);
        assertThat(reboot.err()).contains("destructive");
        assertThat(run("--queue", "8d").code()).isEqualTo(2);
        assertThat(run("--challenge").err()).contains("nonce");
        assertThat(run("--propose", "--approvals", "1").code()).isEqualTo(2);
        assertThat(context.run("queue", "--state", "lost").err()).contains("waiting, handed");
        assertThat(web.deeds).isEmpty();
        assertThat(hub.left).isEmpty();
    }

    @Test
    void aDryRunLeavesNothing() {
        var ran = run("--dry-run");
        assertThat(ran.err()).contains("would be left at the hub for 1d");
        assertThat(hub.left).isEmpty();
    }
}
