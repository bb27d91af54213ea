package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Nodes, and a hub, that put into every text of theirs what a terminal or a script would obey. */
class HostileNodesTest {
    /** Clears the screen, sets the title, colours, turns text around, hides, breaks lines. */
    private static final String EVIL =
            "\u001b[2J\u001b]0;title\u0007\u001b[31mred\u009b2J\u0085\u202egnp.exe\u2066\u200b\ufeff\u00ad\u2028\u2029\ue000\udb40\udc41\u007f\b\r\n"
                + "second line\t$(id)`id`\\";

    private static final String VERY_LONG = "A".repeat(40_000) + EVIL;

    @TempDir private Path home;

    private final Village village = new Village();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node("n-1", EVIL, request -> new Outcome.Ok(EVIL, data(request)));
        village.node("n-2", EVIL, _ -> new Outcome.Failed(EVIL, EVIL, evil()));
        village.node("n-3", "web01", _ -> new Outcome.Refused(Reason.POLICY, EVIL));
        village.node("n-4", VERY_LONG, _ -> new Outcome.Changed(VERY_LONG, evil()));
        village.node("n-5", "web05", _ -> new Outcome.Interrupted(EVIL));
        village.node("n-6", "web06", _ -> new Outcome.Expired(EVIL));
        village.node(
                "n-7",
                (call, node) -> {
                    call.send(Bytes.utf8(EVIL));
                    call.send(Bytes.wrap(new byte[] {(byte) 0xc0, (byte) 0xaf, 0x1b, 0x5b}));
                    call.reply(node, EVIL, 0, new Answer.Armed(EVIL));
                    call.reply(node, EVIL, 1, new Answer.Final(new Outcome.Cancelled(EVIL)));
                    call.reply(node, EVIL, 1, new Answer.Final(Outcome.ok(EVIL)));
                });
        village.hub(
                up("n-1", EVIL),
                up("n-2", "web02" + EVIL),
                up("n-3", "web01"),
                up("n-4", VERY_LONG),
                up("n-5", "web05"),
                up("n-6", "web06"),
                up("n-7", "two\nlines"));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private static Fields data(Request request) {
        if (request.action().value().equals("node.actions")) {
            return Fields.EMPTY.with("actions", new Items(List.of())).with("problems", lines());
        }
        return evil();
    }

    private static Value lines() {
        return Value.texts(List.of(EVIL, "two\nlines"));
    }

    /** Facts whose names and values are evil, and other members that verbs look at. */
    private static Fields evil() {
        var name = "\u001b[2J\u202e\u200b\n\u009b|";
        var site = Fields.EMPTY.with("role", EVIL).with(name, EVIL).with("list", lines());
        return Fields.EMPTY
                .with("facts", Fields.EMPTY.with("site", site).with(name, VERY_LONG))
                .with("classes", lines())
                .with("actions", lines())
                .with("collectives", lines())
                .with("version", EVIL)
                .with("boot", EVIL)
                .with("problems", lines())
                .with("output", EVIL)
                .with(name, new Items(List.of(site, Value.of(EVIL))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ping",
                "ping --debug",
                "find",
                "find --discovery broadcast",
                "run node.ping --all-nodes",
                "run node.inventory --all-nodes --debug",
                "run node.inventory --all-nodes --mask",
                "run node.inventory --all-nodes --diff",
                "facts site.role",
                "facts site.role --show-nodes",
                "facts site",
                "inventory n-1",
                "inventory n-2",
                "actions --node n-1",
                "rename n-5 web99"
            })
    void nothingTheySayIsObeyed(String words) {
        for (var form : List.of("text", "json", "jsonl", "names")) {
            var command = List.of((words + " -o " + form).split(" "));
            var ran = context.run(command.toArray(String[]::new));
            assertHarmless(ran.out());
            assertHarmless(ran.err());
            if (ran.code() != 2) {
                assertForm(form, ran.out());
            }
        }
    }

    @Test
    void atATerminalOnlyOurOwnDrawingIsLeft() {
        var ran = context.atTerminal().run("run", "node.ping", "--all-nodes");
        assertHarmless(ran.out());
        var drawn = ran.err().replaceAll("\u001b\\[K|\r", "");
        assertHarmless(drawn);
    }

    private static void assertHarmless(String text) {
        text.codePoints()
                .filter(c -> c != '\n')
                .forEach(
                        c ->
                                assertThat(Character.getType(c))
                                        .as("U+%04X in %s".formatted(c, start(text)))
                                        .isNotIn(
                                                (int) Character.CONTROL,
                                                (int) Character.FORMAT,
                                                (int) Character.SURROGATE,
                                                (int) Character.PRIVATE_USE,
                                                (int) Character.UNASSIGNED,
                                                (int) Character.LINE_SEPARATOR,
                                                (int) Character.PARAGRAPH_SEPARATOR));
    }

    private static String start(String text) {
        return text.substring(0, Math.min(2_000, text.length()));
    }

    private static void assertForm(String form, String out) {
        switch (form) {
            case "json" -> {
                if (!out.isEmpty()) {
                    assertThat(Json.readLocal(out).members()).isNotEmpty();
                }
            }
            case "jsonl" ->
                    assertThat(out.lines())
                            .allSatisfy(l -> assertThat(Json.readLocal(l).members()).isNotEmpty());
            case "names" ->
                    assertThat(out.lines()).allMatch(l -> l.matches("[A-Za-z0-9][A-Za-z0-9._-]*"));
            default -> assertThat(out.lines()).noneMatch(l -> l.startsWith("second line"));
        }
    }
}
