package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.muster.action.BuiltIn;
import io.muster.controller.Report;
import io.muster.controller.Village;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Target;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who joins, or begins to match, after a run has begun is not meant. */
class FrozenTargetsTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Target> known = new CopyOnWriteArrayList<>();
    private final List<String> order = new CopyOnWriteArrayList<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 3; i++) {
            join(i);
        }
        village.hub(
                (call, hub) -> {
                    var rows = Village.rows(call.request(), known.toArray(Target[]::new));
                    call.reply(hub, "hub", 0, new Answer.Part(rows));
                    call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
                });
    }

    @AfterEach
    void close() {
        village.close();
    }

    /** From now on it is there and known, and whoever is sent to first brings another one. */
    private void join(int number) {
        var name = "web0" + number;
        village.node(
                "n-" + number,
                name,
                _ -> {
                    order.add(name);
                    if (known.size() == 3) {
                        join(4);
                    }
                    return number == 2
                            ? Outcome.failed("x", "no")
                            : new Outcome.Changed("made", Fields.EMPTY);
                });
        known.add(up("n-" + number, name));
    }

    @Test
    void itIsSentNothingByTheRunNorWhenThatIsGoneOnWith() {
        var ran =
                context.run(
                        "run",
                        "user.ensure",
                        "name=d",
                        "--all-nodes",
                        "--batch",
                        "1",
                        "--max-failed",
                        "1");
        assertThat(known).hasSize(4);
        assertThat(ran.out()).contains("failed 1, not-sent 1, changed 1");
        join(5);
        var resumed = context.run("runs", "resume", "last", "--max-failed", "2");
        assertThat(resumed.out()).contains("failed 1, changed 2");
        assertThat(order).containsExactly("web01", "web02", "web03");
        // Another run means all who are there by then.
        context.run("run", "user.ensure", "name=d", "--all-nodes");
        assertThat(order).contains("web04", "web05");
    }

    @Test
    void countsThatDoNotAddUpAreSaidToBeADefect() {
        var targets = Village.targets(up("n-1", "web01"), up("n-2", "web02"));
        context.connector(
                (_, _, _) -> {
                    throw assertThrows(
                            IllegalStateException.class,
                            () ->
                                    new Report(
                                            BuiltIn.NODE_PING.name(),
                                            targets,
                                            List.of(),
                                            Strays.Tally.NONE,
                                            Duration.ZERO,
                                            Optional.empty(),
                                            false,
                                            Optional.empty()));
                });
        var ran = context.run("run", "node.ping", "-I", "web01");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .contains("a defect of muster: ", "0 results of 2 targets do not add up");
    }
}
