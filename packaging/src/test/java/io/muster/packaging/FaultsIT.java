package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.packaging.Programs.Running;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whatever is killed at whatever moment of a run: each node ends in one state, nothing is done
 * twice, and nobody has to restart anything else. More rounds with {@code -Dmuster.rounds=100}, the
 * same moments again with {@code -Dmuster.seed}.
 */
class FaultsIT {
    private static final int ROUNDS = Integer.getInteger("muster.rounds", 3);
    private static final long SEED = Long.getLong("muster.seed", System.nanoTime());
    private static final int NODES = 3;
    private static final int LONGEST_MILLIS = 500;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern RESULT =
            Pattern.compile("\"id\":\"(n\\d)\".*\"state\":\"([a-z-]+)\"");

    @TempDir private Path home;

    private final Random random = new Random(SEED);

    @Test
    void aHubAndANodeKilledAtAnyMomentOfARunCostNoAnswerAndNoSecondDeed() throws Exception {
        try (var fleet = new MarkingFleet(home, NODES)) {
            for (int round = 0; round < ROUNDS; round++) {
                var before = fleet.marks().size();
                var node = round % 3 == 2 ? "n" + (1 + random.nextInt(NODES)) : "";
                var run =
                        fleet.start("run test.mark --all-nodes --yes --output jsonl --timeout 40s");
                await().atMost(LIMIT).until(() -> found(run));
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
                fleet.kill("hub");
                if (!node.isEmpty()) {
                    fleet.kill(node);
                }
                fleet.hub();
                if (!node.isEmpty()) {
                    fleet.agent(node);
                }
                check(fleet, run, before, "seed " + SEED + ", round " + round);
                fleet.awaitAll();
            }
        }
    }

    /** From here on something may be sent at any moment. */
    private static boolean found(Running run) throws IOException {
        return run.said().contains("discovered") || !run.process().isAlive();
    }

    private static void check(MarkingFleet fleet, Running run, int before, String when)
            throws IOException, InterruptedException {
        var status = fleet.status(run);
        var said = when + "\n" + run.said();
        var marks = fleet.marks().subList(before, fleet.marks().size());
        var begun = count(marks, "begun");
        assertThat(begun.values()).as(said).allMatch(times -> times == 1);
        var states = states(run);
        if (states.isEmpty()) {
            // The hub died before anything was sent, and that was said.
            assertThat(status).as(said).isIn(1, 3);
            assertThat(marks).as(said).isEmpty();
            return;
        }
        assertThat(states).as(said).hasSize(NODES);
        states.forEach(
                (node, state) -> {
                    var times = begun.getOrDefault(node, 0);
                    switch (state) {
                        case "changed" -> assertThat(times).as(said).isEqualTo(1);
                        case "interrupted", "no-reply" -> assertThat(times).as(said).isLessThan(2);
                        case "offline", "not-sent", "expired" ->
                                assertThat(times).as(said).isZero();
                        default -> throw new AssertionError(state + ": " + said);
                    }
                });
        if (states.containsValue("no-reply")) {
            var asked = fleet.run("runs ask last --output jsonl");
            assertThat(states(asked)).as(asked.said()).doesNotContainValue("no-reply");
        }
    }

    private static Map<String, String> states(Running run) throws IOException {
        var states = new HashMap<String, String>();
        run.said()
                .lines()
                .filter(line -> line.contains("\"kind\":\"reply\"") || line.contains("\"state\":"))
                .map(RESULT::matcher)
                .filter(matcher -> matcher.find())
                .forEach(matcher -> states.put(matcher.group(1), matcher.group(2)));
        return states;
    }

    private static Map<String, Integer> count(List<String> marks, String word) {
        return marks.stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[2].equals(word))
                .collect(Collectors.toMap(words -> words[0], _ -> 1, Integer::sum));
    }
}
