package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.message.Bytes;
import io.muster.message.Live;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** {@code muster run --follow}. */
class FollowTest {
    @TempDir private Path home;

    private final Village village = new Village();
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

    /** One node, and what it does when it is asked to run something. */
    private interface Deed {
        void run(Telling telling);
    }

    private record Telling(Call call, Credentials node, String name) {
        void out(int sequence, long offset, String text) {
            say(sequence, new Live.Output("stdout", offset, Bytes.utf8(text)));
        }

        void say(int sequence, Live live) {
            call.reply(node, name, sequence, new Answer.Part(live.toValue()));
        }

        void end(int sequence) {
            var outcome = new Outcome.Changed("done", Fields.EMPTY);
            call.reply(node, name, sequence, new Answer.Final(outcome));
        }
    }

    private void node(String id, String name, Deed deed) {
        village.node(id, (call, node) -> deed.run(new Telling(call, node, name)));
    }

    private CommandContext.Ran follow(String... words) {
        var all =
                Stream.concat(
                        Stream.of("run", "puppet.run", "--follow", "-I", "n-1"), Stream.of(words));
        return context.run(all.toArray(String[]::new));
    }

    @Test
    void wholeLinesAreShownInOrderWithTheNodeInFrontWhateverOrderTheyCome() {
        node(
                "n-1",
                "web01",
                telling -> {
                    assertThat(telling.call().request().follow()).isTrue();
                    telling.out(1, 6, "two\nthr");
                    telling.out(0, 0, "one\nt");
                    telling.out(0, 0, "one\nt");
                    telling.say(2, new Live.Progress(1, 3, "begun"));
                    telling.say(3, new Live.Output("stderr", 0, Bytes.utf8("oh\u001b[31m\n")));
                    telling.out(4, 13, "ee");
                    telling.end(5);
                });
        var ran = follow();
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out())
                .startsWith(
                        """
                        web01 | one
                        web01 | t
                        web01 | [... 1 bytes left out ...]
                        web01 | two
                        web01 * 1 / 3 begun
                        web01 ! oh\\u{1b}[31m
                        web01 | three
                        """)
                .contains("changed");
    }

    @Test
    void programsGetTypedLinesAndTheLastWordComesLast() {
        node(
                "n-1",
                "web01",
                telling -> {
                    telling.out(0, 0, "one\ntwo \u0007");
                    telling.say(1, new Live.Progress(7, 0, ""));
                    telling.end(3);
                });
        var lines = follow("--output", "jsonl").out().lines().toList();
        assertThat(lines.subList(1, 6))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "{\"kind\":\"output\",\"id\":\"n-1\",\"name\":"
                                                        + "\"web01\",\"stream\":\"stdout\","
                                                        + "\"offset\":0,\"line\":\"one\"}"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "{\"kind\":\"progress\",\"id\":\"n-1\",\"name\":"
                                                        + "\"web01\",\"done\":7,\"of\":0,"
                                                        + "\"step\":\"\"}"),
                        line -> assertThat(line).contains("\"missing\":1"),
                        line -> assertThat(line).contains("\"offset\":4,\"line\":\"two \\u0007\""),
                        line -> assertThat(line).contains("\"kind\":\"reply\""));
    }

    @Test
    void whatAGateAsksForIsNotFollowed() {
        node(
                "n-1",
                "web01",
                telling -> {
                    var deed = telling.call().request().action().value().equals("puppet.run");
                    assertThat(telling.call().request().follow()).isEqualTo(deed);
                    if (deed) {
                        telling.out(0, 0, "one\n");
                        telling.end(1);
                    } else {
                        var well = new Answer.Final(Outcome.ok("well"));
                        telling.call().reply(telling.node(), "web01", 0, well);
                    }
                });
        var ran = follow("--gate-action", "trust.status", "--soak", "1ms");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).startsWith("web01 | one\n");
    }

    @Test
    void whoDoesNotFollowIsNotDisturbed() {
        node(
                "n-1",
                "web01",
                telling -> {
                    assertThat(telling.call().request().follow()).isFalse();
                    for (int i = 0; i < 100; i++) {
                        telling.out(i, i, "x");
                    }
                    telling.end(100);
                });
        var ran = context.run("run", "puppet.run", "-I", "n-1");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).doesNotContain("|");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void whatIsNoLiveOutputIsMissingAndHarmsNothing() {
        node(
                "n-1",
                "web01",
                telling -> {
                    telling.call()
                            .reply(
                                    telling.node(),
                                    "web01",
                                    0,
                                    new Answer.Part(Fields.EMPTY.with("stream", "log")));
                    telling.end(1);
                });
        assertThat(follow().out()).startsWith("web01 | [... something did not come ...]\n");
    }

    @Test
    void itGoesWithFormsThatAreWrittenMeanwhile() {
        assertThat(follow("--output", "json"))
                .extracting("err", "code")
                .containsExactly(
                        "muster run: --follow goes with --output text and jsonl\n"
                                + "Try muster run --help\n",
                        2);
        assertThat(follow("--propose").code()).isEqualTo(2);
    }
}
