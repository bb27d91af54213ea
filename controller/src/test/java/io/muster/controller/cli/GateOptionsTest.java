package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class GateOptionsTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Host> hosts = new ArrayList<>();
    private volatile boolean well;
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 2; i++) {
            hosts.add(new Host(village, "n-" + i, "web0" + i, this::answer));
        }
        village.hub(up("n-1", "web01"), up("n-2", "web02"));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Outcome answer(Request request) {
        if (request.action().value().equals("user.ensure")) {
            return new Outcome.Changed("made", Fields.EMPTY);
        }
        return well ? Outcome.ok("well") : Outcome.failed("ill", "not well");
    }

    private CommandContext.Ran run(String... more) {
        var words = Stream.of("run", "user.ensure", "name=d", "--all-nodes", "--batch", "1");
        return context.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }

    private long deeds() {
        return hosts.stream()
                .flatMap(host -> host.deeds.stream())
                .filter(request -> request.action().value().equals("user.ensure"))
                .count();
    }

    @Test
    void aRunThatAGateStoppedTriesTheGateFirstWhenItIsResumed() {
        var stopped = run("--gate-action", "trust.status");
        assertThat(stopped.code()).isEqualTo(4);
        assertThat(stopped.err())
                .contains("stopped: gate of batch 1: web01: trust.status: failed (not well)")
                .contains("tries the gate again");
        assertThat(stopped.out()).contains("not-sent 1, changed 1");
        assertThat(deeds()).isEqualTo(1);
        assertThat(context.run("runs").out()).contains(" stopped ");
        assertThat(context.run("runs", "resume", "last").code()).isEqualTo(4);
        assertThat(deeds()).isEqualTo(1);
        well = true;
        var resumed = context.run("runs", "resume", "last");
        assertThat(resumed.code()).isZero();
        assertThat(resumed.out()).contains("    changed 2\n");
        assertThat(deeds()).isEqualTo(2);
        assertThat(context.run("runs").out()).contains(" done ");
    }

    @Test
    void whileAGateIsTriedItIsSaidWhatItWaitsFor() {
        var stopped = run("--gate-action", "trust.status", "--gate-timeout", "1s");
        assertThat(stopped.code()).isEqualTo(4);
        assertThat(stopped.err())
                .containsOnlyOnce(
                        "gate of batch 1: web01: trust.status: failed (not well): tries for up to"
                                + " 1s\n");
    }

    @Test
    void itIsResumedWhenOnlyTheLastGateWasMissing() {
        well = true;
        assertThat(run("--gate-action", "trust.status", "--canary", "web02").code()).isZero();
        well = false;
        var stopped = run("--gate-action", "trust.status", "--canary", "web01,web02");
        assertThat(stopped.code()).isEqualTo(4);
        assertThat(stopped.out()).contains("    changed 2\n");
        assertThat(stopped.err()).contains("gate of the canary: web01: trust.status: failed");
        well = true;
        assertThat(context.run("runs", "resume", "last").code()).isZero();
        assertThat(deeds()).isEqualTo(4);
    }

    @Test
    void aGateThatMakesNoSenseIsSaidBeforeAnythingIsSent() {
        for (var bad :
                List.of(
                        List.of("--gate-action", "node.reboot"),
                        List.of("--gate-action", "trust.status colour=red"),
                        List.of("--gate-action", "node.inventory facts='a"),
                        List.of("--gate-action", ""),
                        List.of("--gate-fact", ""),
                        List.of("--gate-fact", "load <"),
                        List.of("--gate-timeout", "1m"),
                        List.of("--soak", "long"))) {
            assertThat(run(bad.toArray(String[]::new)).code()).as("%s", bad).isEqualTo(2);
        }
        assertThat(run("--gate-action", "node.reboot").err())
                .contains("is of the class destructive, and a gate only looks");
        assertThat(deeds()).isZero();
    }

    @Test
    void thePreviewSaysWhatMustHold() {
        var ran =
                run(
                        "--dry-run",
                        "--gate-action",
                        "node.inventory facts=\"a b\"",
                        "--gate-fact",
                        "load < 2",
                        "--soak",
                        "10m");
        assertThat(ran.out())
                .contains("goes on when node.inventory is ok on all of the batch, within 5m\n")
                .contains("goes on when load < 2 on all of the batch, within 5m\n")
                .contains("goes on when all that holds once more after 10m\n");
    }
}
