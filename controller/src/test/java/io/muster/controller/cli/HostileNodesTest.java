package io.muster.controller.cli;

import static io.muster.controller.Village.up;

import io.muster.controller.Village;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;

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
    @TempDir private Path home;

    private final Village village = new Village();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node(
                "n-1",
                Hostile.EVIL,
                request -> new Outcome.Ok(Hostile.EVIL, Hostile.data(request)));
        village.node(
                "n-2",
                Hostile.EVIL,
                _ -> new Outcome.Failed(Hostile.EVIL, Hostile.EVIL, Hostile.evil()));
        village.node("n-3", "web01", _ -> new Outcome.Refused(Reason.POLICY, Hostile.EVIL));
        village.node(
                "n-4",
                Hostile.VERY_LONG,
                _ -> new Outcome.Changed(Hostile.VERY_LONG, Hostile.evil()));
        village.node("n-5", "web05", _ -> new Outcome.Interrupted(Hostile.EVIL));
        village.node("n-6", "web06", _ -> new Outcome.Expired(Hostile.EVIL));
        village.node(
                "n-7",
                (call, node) -> {
                    call.send(Bytes.utf8(Hostile.EVIL));
                    call.send(Bytes.wrap(new byte[] {(byte) 0xc0, (byte) 0xaf, 0x1b, 0x5b}));
                    call.reply(node, Hostile.EVIL, 0, new Answer.Armed(Hostile.EVIL));
                    call.reply(
                            node,
                            Hostile.EVIL,
                            1,
                            new Answer.Final(new Outcome.Cancelled(Hostile.EVIL)));
                    call.reply(node, Hostile.EVIL, 1, new Answer.Final(Outcome.ok(Hostile.EVIL)));
                });
        village.hub(
                up("n-1", Hostile.EVIL),
                up("n-2", "web02" + Hostile.EVIL),
                up("n-3", "web01"),
                up("n-4", Hostile.VERY_LONG),
                up("n-5", "web05"),
                up("n-6", "web06"),
                up("n-7", "two\nlines"));
    }

    @AfterEach
    void close() {
        village.close();
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
            Hostile.assertHarmless(ran.out());
            Hostile.assertHarmless(ran.err());
            if (ran.code() != 2) {
                Hostile.assertForm(form, ran.out());
            }
        }
    }

    @Test
    void atATerminalOnlyOurOwnDrawingIsLeft() {
        var ran = context.atTerminal().run("run", "node.ping", "--all-nodes");
        Hostile.assertHarmless(ran.out());
        var drawn = ran.err().replaceAll("\u001b\\[K|\r", "");
        Hostile.assertHarmless(drawn);
    }
}
