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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Connections that end without a word: a cable that is pulled, one that carries in one direction
 * only, a machine that stands still, a hub that does. Both sides notice within twice the time after
 * which a connection is given up, nobody else is held up, and what was cut off comes back by
 * itself. As it usually is with {@code -Dmuster.lost-after=15}, and cut off for longer with {@code
 * -Dmuster.away=600}, both in seconds. Needs root.
 */
class CutOffIT {
    private static final Duration LOST =
            Duration.ofSeconds(Integer.getInteger("muster.lost-after", 3));
    private static final int AWAY = Integer.getInteger("muster.away", 0);

    /** What is promised, and what a busy machine may take besides. */
    private static final Duration NOTICED = LOST.multipliedBy(2).plusSeconds(30);

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** As the kernel's tables of connections have it. */
    private static final String CLOSED_THERE = "08";

    private static final Pattern CONNECTED = Pattern.compile("connected to");
    private static final Pattern LEFT = Pattern.compile("connection lost");

    @TempDir private Path home;

    @Test
    void whoIsCutOffIsNoticedHoldsNobodyUpAndComesBack() throws Exception {
        try (var cables = new Cables(2);
                var fleet =
                        new MarkingFleet(
                                        home,
                                        cables.address(),
                                        "lost-after = %ds\n".formatted(LOST.toSeconds()))
                                .with(List.of(cables.at(1), cables.at(2), List.of(), List.of()))) {
            briefly(cables, fleet);
            forLong(cables, fleet);
            aHub(fleet);
            var again = fleet.run(MarkingFleet.MARK);
            assertThat(fleet.status(again)).as(again.said()).isZero();
            fleet.evidence().told(again);
            fleet.evidence().holds(true, again.said());
            Rounds.of(CutOffIT.class, Integer.MAX_VALUE).kept(0);
        }
    }

    /** Nobody notices, and what was on its way arrives later. */
    private static void briefly(Cables cables, MarkingFleet fleet) throws Exception {
        cables.plugged(1, false);
        var run = fleet.start(MarkingFleet.MARK + "--timeout 60s");
        await().atMost(LIMIT)
                .until(() -> Evidence.states(run).size() == 3 || !run.process().isAlive());
        cables.plugged(1, true);
        assertThat(fleet.status(run)).as(run.said()).isZero();
        assertThat(Evidence.states(run)).as(run.said()).hasSize(4);
        fleet.evidence().told(run);
        fleet.evidence().holds(false, run.said());
    }

    private static void forLong(Cables cables, MarkingFleet fleet) throws Exception {
        var pulled = fleet.of("n1");
        var deaf = fleet.of("n2");
        var frozen = fleet.of("n3");
        var away = List.of(pulled, deaf, frozen);
        var before = counts(away, CONNECTED);
        var lost = counts(away, LEFT);
        cables.plugged(1, false);
        cables.deaf(2, true);
        frozen.signal("STOP");
        var noticing = Instant.now().plus(NOTICED);

        // What expires before they are back is not done; the evidence knows nobody who asked for
        // it.
        var brief = fleet.unknown("run test.mark -I n1 -I n2 -I n3 --yes --ttl 3s --timeout 3s");
        var timeout = LOST.multipliedBy(2).toSeconds();
        var run = fleet.run(MarkingFleet.MARK + "--ttl 10m --timeout " + timeout + "s");
        assertThat(fleet.status(brief)).as(brief.said()).isNotIn(0, 2);
        fleet.evidence().told(run);
        assertThat(Evidence.states(run)).as(run.said()).containsEntry("n4", "changed");
        assertThat(Evidence.states(run)).as(run.said()).hasSize(4);
        for (var name : List.of("n1", "n2", "n3")) {
            assertThat(Evidence.states(run).get(name)).isIn("no-reply", "offline");
        }
        fleet.evidence().holds(false, run.said());

        for (int i = 0; i < 2; i++) {
            awaitMore(away.get(i), LEFT, lost.get(i), noticing);
        }
        // Who stands still cannot say so, but its machine has heard that the hub hung up.
        await().atMost(left(noticing)).until(() -> hungUp(frozen));
        TimeUnit.SECONDS.sleep(AWAY);
        cables.plugged(1, true);
        cables.deaf(2, false);
        frozen.signal("CONT");
        for (int i = 0; i < away.size(); i++) {
            awaitMore(away.get(i), CONNECTED, before.get(i), Instant.now().plus(LIMIT));
        }
        fleet.awaitAll();
        fleet.settle();
        fleet.evidence().holds(true, run.said());
    }

    private static void aHub(MarkingFleet fleet) throws Exception {
        var all = List.of(fleet.of("n1"), fleet.of("n2"), fleet.of("n3"), fleet.of("n4"));
        var lost = counts(all, LEFT);
        fleet.of("hub").signal("STOP");
        var noticing = Instant.now().plus(NOTICED);
        for (int i = 0; i < all.size(); i++) {
            awaitMore(all.get(i), LEFT, lost.get(i), noticing);
        }
        fleet.of("hub").signal("CONT");
        fleet.awaitAll();
    }

    private static Duration left(Instant until) {
        var left = Duration.between(Instant.now(), until);
        return left.isPositive() ? left : Duration.ofMillis(200);
    }

    private static void awaitMore(Running program, Pattern what, long than, Instant until) {
        await().atMost(left(until)).until(() -> count(program, what) > than);
    }

    private static List<Long> counts(List<Running> programs, Pattern what) throws IOException {
        var counts = new ArrayList<Long>();
        for (var program : programs) {
            counts.add(count(program, what));
        }
        return counts;
    }

    private static long count(Running program, Pattern what) throws IOException {
        return what.matcher(program.said()).results().count();
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
}
