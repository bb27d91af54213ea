package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** {@code muster runs follow}: what another terminal is at. */
class FollowedRunTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir private Path home;

    private final Village village = new Village();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node("n-1", "web01", _ -> new Outcome.Changed("made", Fields.EMPTY));
        village.node("n-2", "web02", _ -> late());
        village.hub(up("n-1", "web01"), up("n-2", "web02"));
    }

    @AfterEach
    void close() {
        mayEnd.countDown();
        village.close();
    }

    private Outcome late() {
        await().atMost(LONG).until(() -> mayEnd.getCount() == 0);
        return Outcome.failed("exit-status", "it broke");
    }

    /** A command in another terminal. */
    private record Terminal(Thread thread, CompletableFuture<Ran> ran) {}

    private Terminal terminal(String... words) {
        var ran = new CompletableFuture<Ran>();
        var thread = Thread.ofPlatform().start(() -> ran.complete(context.run(words)));
        return new Terminal(thread, ran);
    }

    private Terminal started() {
        var run = terminal("run", "user.ensure", "name=d", "--all-nodes", "-o", "jsonl");
        await().atMost(LONG)
                .until(() -> context.run("runs", "show", "last").out().contains("changed 1"));
        return run;
    }

    @Test
    void itIsShownToItsEndAndEndsLikeIt() {
        var run = started();
        var followed = terminal("runs", "follow", "last", "-o", "jsonl");
        var followedToo = terminal("runs", "follow", "last");
        assertThat(followed.thread().isAlive()).isTrue();
        mayEnd.countDown();
        var ran = run.ran().join();
        assertThat(ran.code()).isEqualTo(4);
        assertThat(followed.ran().join().code()).isEqualTo(4);
        assertThat(followed.ran().join().out().lines())
                .containsExactlyElementsOf(ran.out().lines().toList());
        assertThat(followedToo.ran().join().out()).contains("failed 1, changed 1", "it broke");
        assertThat(context.run("runs", "follow", "last").out())
                .isEqualTo(followedToo.ran().join().out());
    }

    @Test
    void whoStopsFollowingLeavesItAlone() {
        var run = started();
        var followed = terminal("runs", "follow", "last");
        followed.thread().interrupt();
        var left = followed.ran().join();
        assertThat(left.code()).isEqualTo(130);
        assertThat(left.err()).contains(" goes on, and is not followed any more");
        assertThat(left.out()).contains("no-reply 1, changed 1");
        mayEnd.countDown();
        assertThat(run.ran().join().out()).contains("\"stopped\":false");
    }

    @Test
    void onePausedSaysSoAndWhatHasItGoOn() {
        var run =
                terminal(
                        "run",
                        "user.ensure",
                        "name=d",
                        "--all-nodes",
                        "--batch",
                        "1",
                        "--pause-after",
                        "1");
        await().atMost(LONG).until(() -> context.run("runs").out().contains(" paused "));
        var followed = terminal("runs", "follow", "last");
        run.thread().interrupt();
        assertThat(run.ran().join().code()).isEqualTo(130);
        assertThat(followed.ran().join().err())
                .contains(" is paused: muster runs promote or resume ");
        assertThat(followed.ran().join().out()).contains("not-sent 1, changed 1");
        assertThat(followed.ran().join().code()).isEqualTo(5);
    }
}
