package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

class RolloutOptionsTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<String> order = new CopyOnWriteArrayList<>();
    private volatile Outcome outcome = HERE;
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 3; i++) {
            var name = "web0" + i + ".example";
            village.node(
                    "n-" + i,
                    name,
                    _ -> {
                        order.add(name);
                        return outcome;
                    });
        }
        village.hub(
                up("n-1", "web01.example"),
                up("n-2", "web02.example"),
                up("n-3", "web03.example"),
                target("n-4", "web04.example", Presence.DOWN));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private CommandContext.Ran run(String... more) {
        var words = Stream.of("run", "user.ensure", "name=d", "--all-nodes");
        return context.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void whoGoesFirstIsNamedOrCounted() {
        assertThat(run("--canary", "web03,n-2").code()).isEqualTo(5);
        assertThat(order.getLast()).isEqualTo("web01.example");
        order.clear();
        assertThat(run("--canary", "2", "--concurrency", "1").code()).isEqualTo(5);
        assertThat(order).containsExactly("web01.example", "web02.example", "web03.example");
        order.clear();
        outcome = Outcome.failed("x", "no");
        var stopped = run("--canary", "web02.example");
        assertThat(order).containsExactly("web02.example");
        assertThat(stopped.code()).isEqualTo(4);
        assertThat(stopped.err())
                .contains("stopped: canary: web02.example is failed; nothing was sent to 2 more");
    }

    @Test
    void whatMakesNoSenseIsSaidBeforeAnythingIsSent() {
        for (var bad :
                List.of(
                        List.of("--canary", "web99"),
                        List.of("--canary", "4"),
                        List.of("--canary", "0"),
                        List.of("--canary", ""),
                        List.of("--concurrency", "0"),
                        List.of("--batch-sleep", "soon"),
                        List.of("--batch", "1,5,"),
                        List.of("--max-offline", "x"))) {
            var ran = run(bad.toArray(String[]::new));
            assertThat(ran.code()).as("%s", bad).isEqualTo(2);
            assertThat(ran.err()).contains(bad.getFirst());
        }
        assertThat(order).isEmpty();
    }

    @Test
    void tooManyAwayIsSaidWithTheWayOn() {
        var ran = run("--max-offline", "0");
        assertThat(order).isEmpty();
        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.err())
                .contains("1 of 4 targets are offline, and --max-offline is 0; nothing was sent to")
                .contains(" --max-offline N goes on with it");
        assertThat(context.run("runs", "resume", "last", "--max-offline", "50%").out())
                .contains("offline 1, ok 3");
        assertThat(order).hasSize(3);
    }
}
