package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

class OutputCommandTest {
    private static final String SAID = "one\ntwo \u001b[31mred\nthree";
    private static final int PIECE = 5;
    private static final Fields TOLD =
            Fields.EMPTY.with("stdout", "one\n[...]").with("stderr", "well\u0007");

    @TempDir private Path home;

    private final Village village = new Village();
    private CommandContext context = new CommandContext(village, Path.of("/"));
    private String kept = SAID;
    private Fields told = TOLD;
    private Fields rest =
            Fields.EMPTY.with(
                    "stdout",
                    Fields.EMPTY
                            .with("kept", SAID.length())
                            .with("sha256", Bytes.utf8(SAID).sha256().hex())
                            .with("until", 1_795_190_400_000L));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node("n-1", "web01", this::answer);
        village.hub(up("n-1", "web01"));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Outcome answer(Request request) {
        if (!request.action().value().equals("node.output")) {
            return new Outcome.Changed("done", told.equals(TOLD) ? told.with("rest", rest) : told);
        }
        if (kept.isEmpty()) {
            return Outcome.failed("not-kept", "nothing is kept");
        }
        var from = ((Value.Whole) request.arguments().member("offset").orElseThrow()).number();
        var piece = kept.substring((int) from, Math.min(kept.length(), (int) from + PIECE));
        return new Outcome.Ok(
                "told",
                Fields.EMPTY
                        .with("bytes", Value.texts(List.of(Bytes.utf8(piece).base64())))
                        .with("offset", from)
                        .with("size", kept.length())
                        .with("sha256", Bytes.utf8(SAID).sha256().hex()));
    }

    private CommandContext.Ran fetched(String... words) {
        var ran = context.run("run", "puppet.run", "-I", "n-1");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.err()).contains(" web01 shows all that was said there");
        var all = new java.util.ArrayList<>(List.of("runs", "output", "last", "web01"));
        all.addAll(List.of(words));
        return context.run(all.toArray(String[]::new));
    }

    @Test
    void inAPipeTheBytesAreAsTheyWere() {
        var ran = fetched();
        assertThat(ran).isEqualTo(new CommandContext.Ran("", "", 0));
        assertThat(new String(context.raw(), StandardCharsets.UTF_8)).isEqualTo(SAID);
    }

    @Test
    void onATerminalTheyAreLinesThatNoTerminalObeys() {
        context.shown();
        var ran = fetched();
        assertThat(ran.out()).isEqualTo("one\ntwo \\u{1b}[31mred\nthree\n");
        assertThat(context.raw()).isEmpty();
    }

    @Test
    void whatIsAllInTheAnswerIsNotAskedFor() {
        kept = "";
        var ran = fetched("--stream", "stderr");
        assertThat(ran.code()).isZero();
        assertThat(context.raw()).isEqualTo("well\u0007".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatTheAnswerDoesNotSpeakOfIsAskedForAsWell() {
        told = Fields.EMPTY.with("uid", 1_001);
        assertThat(fetchedQuietly().code()).isZero();
        assertThat(new String(context.raw(), StandardCharsets.UTF_8)).isEqualTo(SAID);
        kept = "";
        assertThat(fetchedQuietly().err())
                .isEqualTo("muster runs output: web01: failed: nothing is kept\n");
    }

    private CommandContext.Ran fetchedQuietly() {
        context.run("run", "puppet.run", "-I", "n-1");
        return context.run("runs", "output", "last", "web01");
    }

    @Test
    void whatIsNoLongerKeptOrIsAnotherIsSaid() {
        kept = "";
        assertThat(fetched())
                .extracting("err", "code")
                .containsExactly("muster runs output: web01: failed: nothing is kept\n", 4);
        kept = SAID.replace("two", "TWO");
        var ran = fetched();
        assertThat(ran.code()).isOne();
        assertThat(ran.err()).contains("its digest is another");
    }

    @Test
    void whatTheNodeCouldNotKeepIsSaidToBeLost() {
        rest = Fields.EMPTY.with("stdout", Fields.EMPTY.with("lost", 1_000));
        var ran = fetched();
        assertThat(ran.err()).isEqualTo("web01 could not keep all: 1000 bytes are lost\n");
        assertThat(ran.code()).isEqualTo(5);
        assertThat(new String(context.raw(), StandardCharsets.UTF_8)).isEqualTo("one\n[...]");
    }

    @Test
    void aTargetThatIsNoneAndAStreamThatIsNoneAreSaidWithTheWayOut() {
        context.run("run", "puppet.run", "-I", "n-1");
        assertThat(context.run("runs", "output", "last", "web02"))
                .extracting("err", "code")
                .containsExactly(
                        "muster runs output: no target of that run is called 'web02'; muster runs"
                                + " show last lists them\n",
                        3);
        assertThat(context.run("runs", "output", "last", "web01", "--stream", "log"))
                .extracting("err", "code")
                .containsExactly(
                        "muster runs output: --stream 'log': stdout or stderr\n"
                                + "Try muster runs output --help\n",
                        2);
    }
}
