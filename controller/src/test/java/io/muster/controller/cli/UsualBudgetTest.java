package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Target;
import io.muster.message.Outcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What stops a run when nobody said how many may fail. */
class UsualBudgetTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        var nodes = new Target[6];
        for (int i = 0; i < nodes.length; i++) {
            village.node("n-" + i, "web0" + i, _ -> Outcome.failed("broken", "no"));
            nodes[i] = up("n-" + i, "web0" + i);
        }
        village.hub(nodes);
    }

    @AfterEach
    void close() {
        village.close();
    }

    @Test
    void aChangeInStepsStopsAfterTheSecondFailureUnlessTypedOtherwise() {
        for (var steps :
                List.of(
                        List.of("--batch", "1"),
                        List.of("--concurrency", "1"),
                        List.of("--batch", "2,50%"))) {
            var ran = run(steps);
            assertThat(ran.out()).as("%s", steps).contains("failed 2, not-sent 4");
            assertThat(ran.err()).contains("2 of 6 targets failed or did not answer");
            assertThat(ran.code()).isEqualTo(4);
            assertThat(context.run("runs", "show", "last", "-o", "json").out())
                    .contains("\"by\" : \"max-failed\"");
            var preview = run(Stream.concat(steps.stream(), Stream.of("--dry-run")).toList());
            assertThat(preview.out()).contains("    stops at 2 failed (usual)\n");
        }
        // As many as were typed are sent to at a time, although more may fail then.
        assertThat(run(List.of("--batch", "3")).out()).contains("failed 3, not-sent 3");
        for (var on :
                List.of(
                        List.of("--batch", "1", "--max-failed", "100%"),
                        List.of("--concurrency", "6"),
                        List.of("--batch", "6"),
                        List.<String>of())) {
            assertThat(run(on).out()).as("%s", on).contains("    failed 6\n");
        }
    }

    private CommandContext.Ran run(List<String> more) {
        var words = Stream.of("run", "user.ensure", "name=deploy", "--all-nodes");
        return context.run(Stream.concat(words, more.stream()).toArray(String[]::new));
    }
}
