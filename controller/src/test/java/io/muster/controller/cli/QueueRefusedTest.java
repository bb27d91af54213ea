package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.controller.discovery.Presence;
import io.muster.journal.Journal;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueEntry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the hub does not keep is told as that, and what was not left there yet can be later. */
class QueueRefusedTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final QueuedHub hub =
            new QueuedHub(village, up("n-1", "web01"), target("n-2", "web02", Presence.DOWN));
    private CommandContext context = new CommandContext(village, Path.of("/"));
    private Host web;
    private volatile Outcome made = new Outcome.Changed("made", Fields.EMPTY);
    private volatile Runnable meanwhile = () -> {};

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        web =
                new Host(
                        village,
                        "n-1",
                        "web01",
                        _ -> {
                            meanwhile.run();
                            return made;
                        });
        new Host(village, "n-2", "web02", _ -> made).away = true;
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Ran run(String... more) {
        var words = new ArrayList<>(List.of("run", "user.ensure", "name=deploy", "-I", "web01"));
        words.addAll(List.of("-I", "web02", "--queue", "24h", "--timeout", "10s"));
        words.addAll(List.of(more));
        return context.run(words.toArray(String[]::new));
    }

    @Test
    void whereThereIsNoRoomNothingIsSentToAnybody() {
        hub.full = true;
        var ran = run();
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("nothing was sent", "1 of 1", "no room", "--own");
        assertThat(web.deeds).isEmpty();
    }

    @Test
    void whereNothingIsKeptNothingIsSentToAnybody() {
        hub.keepsNothing = true;
        var ran = run();
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("nothing was sent", "keeps nothing (redis)");
        assertThat(web.deeds).isEmpty();
    }

    @Test
    void whomItIsNotKeptForIsOfflineAndGetsItLaterWhenThereIsRoom() {
        hub.noRoom = _ -> true;
        var ran = run();
        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.out())
                .contains("offline 1, changed 1", "Offline (not queued: the hub: no room):");
        assertThat(ran.err()).contains("muster runs resume");
        assertThat(context.run("runs", "show", "last", "-o", "json").out())
                .contains("\"message\" : \"not queued: the hub: no room\"");
        assertThat(context.run("runs", "ask", "last").out()).contains("offline 1");
        hub.noRoom = _ -> false;
        assertThat(context.run("runs", "resume", "last").out()).contains("queued 1, changed 1");
        assertThat(web.deeds).hasSize(1);
        assertThat(hub.queue).hasSize(1);
        assertThat(context.run("runs").out()).contains(" done ");
    }

    @Test
    void aHubThatKeepsNothingAnyMoreIsNotCalledFull() {
        meanwhile = () -> hub.keepsNothing = true;
        var ran = run();
        assertThat(ran.code()).isEqualTo(5);
        assertThat(ran.out()).contains("not queued: the hub: keeps nothing (redis)");
        assertThat(ran.err()).doesNotContain("runs resume");
    }

    @Test
    void whatFailedIsNotHiddenBehindIt() {
        made = Outcome.failed("broken", "broken");
        hub.noRoom = _ -> true;
        assertThat(run().code()).isEqualTo(4);
    }

    @Test
    void aRunThatStopsLeavesNothing() {
        made = Outcome.failed("broken", "broken");
        var ran = run("--max-failed", "0");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(hub.left).isEmpty();
        assertThat(ran.out()).contains("offline 1");
    }

    private Path journal() throws IOException {
        try (var folders = Files.list(context.folder().resolve("runs"))) {
            return folders.findFirst().orElseThrow().resolve("run.journal");
        }
    }

    private static boolean says(Bytes record, String kind, String word) {
        var said = Sheet.decode(record).head().member(kind);
        return said.orElse(Fields.EMPTY).toString().equals(word);
    }

    @Test
    void whoeverGoesOnWithItLeavesItForThoseWhoAreLeft() throws IOException {
        assertThat(run().out()).contains("queued 1, changed 1");
        var id = hub.left.getFirst().id();
        var records = new ArrayList<Bytes>();
        Journal.read(journal(), records::add);
        var anew = 0;
        for (int cut = 2; cut < records.size(); cut++) {
            var left = records.subList(0, cut);
            var known = left.stream().anyMatch(record -> says(record, "queued", "waiting"));
            if (!known) {
                // Whether it came to the hub before the process died, or not.
                hub.queue.clear();
            }
            Files.delete(journal());
            try (var journal = Journal.open(journal(), _ -> {})) {
                left.forEach(journal::append);
            }
            var resumed = context.run("runs", "resume", "last");
            assertThat(resumed.out()).as("after %s", cut).contains("queued 1, changed 1");
            assertThat(hub.queue).as("after %s", cut).hasSize(1);
            anew += left.stream().noneMatch(record -> named(record, "")) ? 1 : 0;
            if (left.stream().anyMatch(record -> named(record, id.value()))) {
                assertThat(hub.queue.values())
                        .extracting(QueueEntry::request)
                        .containsExactly(id.value());
            }
        }
        assertThat(web.deeds).hasSize(1 + anew);
    }

    private static boolean named(Bytes record, String id) {
        return Sheet.decode(record)
                .head()
                .member("sending")
                .filter(sending -> sending.toString().contains(id))
                .isPresent();
    }
}
