package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Connections that end without a word: a cable that is pulled, one that carries in one direction
 * only, a machine that stands still. Both sides notice within half a minute, nobody else is held
 * up, and what was cut off comes back by itself. Needs root.
 */
class CutOffIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** As the kernel's tables of connections have it. */
    private static final String CLOSED_THERE = "08";

    private static final Pattern CONNECTED = Pattern.compile("connected to");

    @TempDir private Path home;

    @Test
    void whoIsCutOffIsNoticedHoldsNobodyUpAndComesBack() throws Exception {
        try (var cables = new Cables(2);
                var fleet =
                        new MarkingFleet(home, cables.address())
                                .with(List.of(cables.at(1), cables.at(2), List.of(), List.of()))) {
            var pulled = fleet.of("n1");
            var deaf = fleet.of("n2");
            var frozen = fleet.of("n3");
            cables.plugged(1, false);
            cables.deaf(2, true);
            frozen.signal("STOP");

            var run = fleet.run(MarkingFleet.MARK + "--timeout 15s");
            fleet.evidence().told(run);
            assertThat(Evidence.states(run)).as(run.said()).containsEntry("n4", "changed");
            assertThat(Evidence.states(run)).as(run.said()).hasSize(4);
            for (var away : List.of("n1", "n2", "n3")) {
                assertThat(Evidence.states(run).get(away)).isIn("no-reply", "offline");
            }
            fleet.evidence().holds(false, run.said());

            fleet.says(pulled, "connection lost");
            fleet.says(deaf, "connection lost");
            // Who stands still cannot say so, but its machine has heard that the hub hung up.
            await().atMost(LIMIT).until(() -> hungUp(frozen));
            cables.plugged(1, true);
            cables.deaf(2, false);
            frozen.signal("CONT");
            fleet.says(frozen, "connection lost");
            for (var each : List.of(pulled, deaf, frozen)) {
                await().atMost(LIMIT).until(() -> connections(each) > 1);
            }

            fleet.awaitAll();
            fleet.settle();
            var again = fleet.run(MarkingFleet.MARK);
            assertThat(fleet.status(again)).as(again.said()).isZero();
            fleet.evidence().told(again);
            fleet.evidence().holds(true, again.said());
        }
    }

    /** Whether one of its connections was closed by the other end. */
    private static boolean hungUp(Running program) throws IOException {
        var process = Path.of("/proc/" + program.process().pid());
        var own = new HashSet<String>();
        try (var files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var file : files) {
                own.add(Files.readSymbolicLink(file).toString());
            }
        }
        for (var kind : List.of("net/tcp", "net/tcp6")) {
            for (var line : Files.readAllLines(process.resolve(kind))) {
                var words = line.strip().split("\\s+", -1);
                if (words[3].equals(CLOSED_THERE) && own.contains("socket:[" + words[9] + "]")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long connections(Running agent) throws IOException {
        return CONNECTED.matcher(agent.said()).results().count();
    }
}
