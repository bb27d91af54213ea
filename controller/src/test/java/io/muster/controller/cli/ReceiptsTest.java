package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** What is known of nodes that said that they have a request, and not what came of it. */
class ReceiptsTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final Host first = host(1);
    private final Host second = host(2);
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.hub(up("n-1", "web01"), up("n-2", "web02"));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Host host(int number) {
        var made = new Outcome.Changed("made", Fields.EMPTY);
        return new Host(village, "n-" + number, "web0" + number, _ -> made);
    }

    private CommandContext.Ran run(String timeout) {
        return context.run(
                "run", "user.ensure", "name=d", "-I", "n-1", "-I", "n-2", "--timeout", timeout);
    }

    @Test
    void whoHasTheRequestIsToldFromWhoSaidNothing() {
        first.accepting = true;
        first.silent = true;
        second.deaf = true;
        var ran = run("2s");
        assertThat(ran.out()).contains("no-reply 2");
        assertThat(ran.out().replaceAll("\\s+", " "))
                .contains("No response from: web02")
                .contains("Accepted, and no ending heard (muster runs ask): web01");
        assertThat(context.run("runs", "show", "last").out()).isEqualTo(ran.out());
        var json = context.run("runs", "show", "last", "-o", "jsonl").out();
        assertThat(json.split("\"accepted\":", -1)).hasSizeGreaterThan(1);
        assertThat(json).doesNotContain("web02\",\"state\":\"no-reply\",\"accepted");

        assertThat(context.run("runs", "ask", "last").out()).contains("no-reply 1, changed 1");
    }

    @Test
    void itIsNoLastWordAndTheLastWordIsToldOnce() {
        first.accepting = true;
        second.accepting = true;
        var ran = run("30s");
        assertThat(ran.out()).contains("changed 2").doesNotContain("Accepted");
        assertThat(context.run("runs", "show", "last").out()).isEqualTo(ran.out());
    }
}
