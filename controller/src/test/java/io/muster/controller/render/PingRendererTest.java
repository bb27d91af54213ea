package io.muster.controller.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.TargetState;
import io.muster.message.Outcome;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

class PingRendererTest {

    @Test
    void aLineForEachAndTheStatistics() {
        var shown =
                new Reports()
                        .answered("n-1", "node0006", 27, Outcome.ok("here"))
                        .answered("n-2", "node0005", 59, Outcome.ok("here"))
                        .answered("n-3", "node0003", 61, Outcome.ok("here"))
                        .silent("n-4", "node0001", TargetState.NO_REPLY)
                        .shown(screen -> new PingRenderer(screen, true));
        assertThat(shown.out())
                .isEqualTo(
                        """
                        node0006                                 time=27.23 ms
                        node0005                                 time=59.23 ms
                        node0003                                 time=61.23 ms


                        ---- ping statistics ----
                        3 replies max: 61.23 min: 27.23 avg: 49.23 ▄█

                        No response from:

                            node0001
                        """);
    }

    @Test
    void aSecondNodeOfTheSameNameShowsItsId() {
        var shown =
                new Reports()
                        .answered("n-1", "mail", 27, Outcome.ok("here"))
                        .answered("n-2", "mail", 59, Outcome.ok("here"))
                        .shown(screen -> new PingRenderer(screen, false));
        assertThat(shown.out().lines().toList().getLast()).startsWith("mail (n-2)       ");
    }

    @Test
    void nobodyIsSaid() {
        var shown = new Reports().shown(screen -> new PingRenderer(screen, true));
        assertThat(shown.out()).isEqualTo("\n\n---- ping statistics ----\nNo responses received\n");
    }

    @Test
    void theGraphHasASliceForEach50Milliseconds() {
        assertThat(PingGraph.of(List.of(ms(10), ms(20), ms(120)))).isEqualTo("█ ▄");
        var slow = IntStream.range(0, 100).mapToObj(i -> ms(i * 1_000)).toList();
        assertThat(PingGraph.of(slow)).hasSizeLessThanOrEqualTo(41);
        assertThat(PingGraph.of(List.of())).hasSizeLessThanOrEqualTo(1);
    }

    private static Duration ms(int millis) {
        return Duration.ofMillis(millis);
    }
}
