package io.muster.controller.cli;

import static io.muster.controller.Village.HERE;
import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;
import io.muster.message.Reason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

class PingCommandTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
    }

    @AfterEach
    void close() {
        village.close();
    }

    @Test
    void eachNodeHasALineAndTheStatisticsFollow() {
        village.node("n-1", "web01.example", _ -> HERE);
        village.node("n-2", "web02.example", _ -> HERE);
        village.hub(up("n-1", "web01.example"), up("n-2", "web02.example"));
        var ran = context.run("ping");
        assertThat(ran.out())
                .containsPattern("web01\\.example {28}time=[0-9]+\\.[0-9]{2} ms\n")
                .containsPattern(
                        "\n\n\n---- ping statistics ----\n2 replies max: [0-9.]+ min: [0-9.]+ avg:"
                                + " [0-9.]+ .+\n$");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
    }

    @Test
    void itIsOverWhenAllWhoAreKnownHaveAnswered() throws IOException {
        context.config("discovery-timeout = 1m\ndiscovery-window = 1m\nhub-timeout = 1m\n");
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"), target("n-2", "web02", Presence.DOWN));
        var start = System.nanoTime();
        var ran = context.run("ping");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
        assertThat(ran.out()).contains("Offline, and not asked:\n\n    web02\n");
        assertThat(ran.code()).isEqualTo(5);
    }

    @Test
    void whoShouldAnswerAndDoesNotIsNamed() {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"), up("n-2", "web02"), up("n-3", "web03"));
        var ran = context.run("ping", "--timeout", "2s");
        assertThat(ran.out()).endsWith("\nNo response from:\n\n    web[02-03]\n");
        assertThat(ran.code()).isEqualTo(5);
    }

    @Test
    void withoutAHubWhoeverAnswersIsShownAndTheRestIsSaidToBeUnknown() throws IOException {
        context.config("hub-timeout = 300ms\ndiscovery-timeout = 20s\ndiscovery-window = 1s\n");
        village.node("n-1", "web01", _ -> HERE);
        var ran = context.run("ping");
        assertThat(ran.out()).contains("1 reply max: ");
        assertThat(ran.err()).contains("who is missing is not known");
        assertThat(ran.code()).isZero();
    }

    @Test
    void nobodyAtAllIsThree() {
        village.hub();
        var ran = context.run("ping");
        assertThat(ran.out()).isEqualTo("\n\n---- ping statistics ----\nNo responses received\n");
        assertThat(ran.code()).isEqualTo(3);
    }

    @Test
    void aNodeThatWouldNotIsShownWithItsReason() {
        village.node("n-1", "web01", _ -> new Outcome.Refused(Reason.POLICY, "no rule"));
        village.hub(up("n-1", "web01"));
        var ran = context.run("ping");
        assertThat(ran.out()).contains(" ms  refused: no rule\n");
        assertThat(ran.code()).isEqualTo(4);
    }

    @Test
    void aLiteralNameNobodyHasIsSaid() {
        village.node("n-1", "web01", _ -> HERE);
        village.hub(up("n-1", "web01"));
        var ran = context.run("ping", "-I", "web01", "-I", "web99");
        assertThat(ran.err()).isEqualTo("nobody is called web99\n");
        assertThat(ran.code()).isEqualTo(5);
    }

    @Test
    void namesAreOneALine() {
        village.node("n-1", "web01", _ -> HERE);
        village.node("n-2", "bad name\u001b[31m", _ -> HERE);
        village.hub(up("n-1", "web01"), up("n-2", "bad name\u001b[31m"));
        var ran = context.run("ping", "--output", "names");
        assertThat(ran.out().lines()).containsExactlyInAnyOrder("web01", "n-2");
    }

    @Test
    void whatANodeCallsItselfIsEscaped() {
        village.node("n-2", "evil\u001b[31m\u202e", _ -> HERE);
        village.hub(up("n-2", "evil\u001b[31m\u202e"));
        assertThat(context.run("ping").out())
                .contains("'evil\\u{1b}[31m\\u{202e}' (n-2)")
                .doesNotContain("\u001b");
        var json = context.run("ping", "--output", "jsonl").out();
        assertThat(json).contains("evil\\u001B[31m\\u202e").doesNotContain("\u202e");
    }

    @Test
    void aLimitChoosesTheSameOnesForTheSameSeed() {
        for (int i = 0; i < 8; i++) {
            village.node("n-" + i, "web" + i, _ -> HERE);
        }
        village.hub(
                java.util.stream.IntStream.range(0, 8)
                        .mapToObj(i -> up("n-" + i, "web" + i))
                        .toArray(io.muster.controller.discovery.Target[]::new));
        var first = context.run("ping", "--limit", "25%", "--seed", "7", "-o", "names");
        var again = context.run("ping", "--limit", "2", "--seed", "7", "-o", "names");
        assertThat(first.out().lines()).hasSize(2);
        assertThat(again.out()).isEqualTo(first.out());
        assertThat(first.code()).isZero();
    }

    @Test
    void aBusThatIsAwayIsOneLineAndCodeOne() {
        context.connector(
                (config, _, _) -> {
                    throw new io.muster.transport.TransportException(
                            "cannot connect: " + config.hub() + " refuses connections");
                });
        var ran = context.run("ping");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .isEqualTo(
                        "muster ping: cannot connect: [localhost:61617] refuses connections"
                                + " (muster doctor looks closer)\n");
    }

    @Test
    void theValidityIsThatOfTheCall() {
        var validity = new java.util.concurrent.ConcurrentLinkedQueue<Duration>();
        village.node(
                "n-1",
                "web01",
                request -> {
                    validity.add(request.ttl());
                    return HERE;
                });
        village.hub(up("n-1", "web01"));
        assertThat(context.run("ping", "--ttl", "90s").code()).isZero();
        assertThat(validity).containsExactly(Duration.ofSeconds(90));
    }

    @Test
    void theTimeoutIsHowLongTheSilentAreAwaited() {
        village.hub(up("n-1", "web01"));
        var start = System.nanoTime();
        var ran = context.run("ping", "--timeout", "700ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(Duration.ofMillis(700));
        assertThat(ran.code()).isEqualTo(5);
    }
}
