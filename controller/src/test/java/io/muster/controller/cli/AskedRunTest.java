package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.journal.Journal;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Where a run stands when all that was not known of it has been found out. */
class AskedRunTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final Host first = host(1);
    private final Host second = host(2);
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.hub(
                up("n-1", "web01"),
                up("n-2", "web02"),
                target("n-3", "web03", Presence.DOWN),
                target("n-4", "web04", Presence.CLONE));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Host host(int number) {
        var made = new Outcome.Changed("made", Fields.EMPTY);
        return new Host(village, "n-" + number, "web0" + number, _ -> made);
    }

    private CommandContext.Ran run(String... nodes) {
        var words = new ArrayList<>(List.of("run", "user.ensure", "name=d"));
        for (var node : nodes) {
            words.add("-I");
            words.add(node);
        }
        words.add("--timeout=300ms");
        return context.run(words.toArray(String[]::new));
    }

    /** As if the newest run had ended otherwise. */
    private void ended(UnaryOperator<Fields> otherwise) throws IOException {
        Path journal;
        try (var folders = Files.list(context.folder().resolve("runs"))) {
            journal = folders.sorted().toList().getLast().resolve("run.journal");
        }
        var records = new ArrayList<Bytes>();
        Journal.read(journal, records::add);
        var end = Sheet.decode(records.removeLast());
        records.add(new Sheet(otherwise.apply(end.head()), end.held()).encode());
        Files.delete(journal);
        try (var book = Journal.open(journal, _ -> {})) {
            records.forEach(book::append);
        }
    }

    private String state() {
        return context.run("runs", "-o", "json", "--limit", "1").out();
    }

    private void resolved() {
        var asked = context.run("runs", "ask", "last");
        assertThat(asked.code()).isZero();
        assertThat(asked.out()).contains("    changed 2\n");
        assertThat(context.run("runs", "show", "last").code()).isZero();
        assertThat(context.run("runs", "show", "last", "-o", "json").out())
                .contains("\"stopped\" : false")
                .doesNotContain("problem");
        assertThat(state()).contains("\"state\" : \"done\"");
    }

    @Test
    void whatWasStoppedWhileItWaitedIsDoneWhenTheNodesSaySo() throws IOException {
        second.silent = true;
        run("web01", "web02");
        ended(end -> end.with("stopped", true));
        assertThat(context.run("runs", "show", "last").code()).isEqualTo(130);
        assertThat(state()).contains("\"state\" : \"stopped\"");
        resolved();
    }

    @Test
    void soIsWhatLostTheBus() throws IOException {
        second.silent = true;
        run("web01", "web02");
        ended(end -> end.with("problem", "the bus is away"));
        assertThat(context.run("runs", "show", "last").code()).isEqualTo(1);
        resolved();
    }

    @Test
    void whoeverIsStillSilentAfterAskingIsIncompleteAndNotStopped() throws IOException {
        second.away = true;
        run("web01", "web02");
        ended(end -> end.with("stopped", true));
        assertThat(context.run("runs", "ask", "last").code()).isEqualTo(5);
        assertThat(state()).contains("\"state\" : \"stopped\"");
    }

    @Test
    void whoWasNotSentToIsLeftToBeDone() throws IOException {
        context.run("run", "user.ensure", "name=d", "-I", "/web0[12]/", "--batch=1");
        ended(end -> end.with("stopped", true));
        assertThat(state()).contains("\"state\" : \"done\"");
        first.silent = true;
        var stopped =
                context.run(
                        "run",
                        "user.ensure",
                        "name=d",
                        "-I",
                        "/web0[12]/",
                        "--batch=1",
                        "--max-failed=0",
                        "--timeout=300ms");
        assertThat(stopped.out()).contains("no-reply 1, not-sent 1");
        assertThat(context.run("runs", "ask", "last").code()).isEqualTo(5);
        assertThat(state()).contains("\"state\" : \"stopped\"", "\"changed\" : 1");
    }

    @Test
    void whereNothingWasRunItIsSaid() {
        var none = context.run("runs");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).isEqualTo("nothing was run from here yet\n");
        assertThat(context.run("runs", "-o", "json").out()).isEqualTo("[ ]\n");
        assertThat(context.run("runs", "-o", "jsonl").err()).isEmpty();
    }

    @Test
    void noneOfTwoMachinesIsTheOneAndNobodysTurnIsOverBeforeItIsKnownWhatIsDone() {
        var both = context.run("run", "user.ensure", "name=d", "-I", "web04", "--one", "random");
        assertThat(both.code()).isEqualTo(3);
        assertThat(both.err()).contains("of 1 nodes that match none is there");
        var one = new String[] {"run", "user.ensure", "name=d", "--all-nodes", "--one", "rr"};
        context.atTerminal().typed("no\n").run(one);
        context.run("run", "user.ensure", "name=d", "--all-nodes", "--yes", "--one", "rr", "-t0s");
        assertThat(first.deeds).isEmpty();
        assertThat(context.typed("1\n").run(one).err()).contains("chose web01 (n-1) of 2");
        assertThat(context.typed("1\n").run(one).err()).contains("chose web02 (n-2) of 2");
        assertThat(context.typed("1\n").run(one).err()).contains("chose web01 (n-1) of 2");
        assertThat(first.deeds).hasSize(2);
        assertThat(second.deeds).hasSize(1);
    }
}
