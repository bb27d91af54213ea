package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Batches spread over a fact, and nodes of a kind that must stay up. */
class FloorTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Target> nodes = new ArrayList<>();
    private final Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
    private final Map<String, Integer> most = new ConcurrentHashMap<>();
    private final List<String> order = new CopyOnWriteArrayList<>();
    private volatile String failing = "";
    private volatile boolean hubKnows = true;
    private volatile boolean together;
    private volatile String left = "";
    private CommandContext context = new CommandContext(village, Path.of("/"));

    /** Three databases and three web servers. */
    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (var role : List.of("db", "web")) {
            for (int i = 1; i <= 3; i++) {
                node(role, i);
            }
        }
        village.hub(this::tell);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private void node(String role, int number) {
        var name = role + number;
        nodes.add(up("n-" + name, name));
        village.node(
                "n-" + name,
                (call, node) -> Thread.startVirtualThread(() -> work(role, name, call, node)));
    }

    private void work(String role, String name, Call call, Credentials node) {
        var count = atWork.computeIfAbsent(role, _ -> new AtomicInteger());
        most.merge(role, count.incrementAndGet(), Math::max);
        order.add(name);
        if (together) {
            // Nobody of the first leaves before two are there: of one kind, if that can happen.
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> order.size() >= 4 || all() >= 2);
        }
        count.decrementAndGet();
        var outcome =
                failing.equals(name)
                        ? Outcome.failed("x", "no")
                        : new Outcome.Changed("made", Fields.EMPTY);
        call.reply(node, name, 0, new Answer.Final(outcome));
    }

    private int all() {
        return atWork.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private void tell(Call call, Credentials hub) {
        var asked = call.request().arguments().member("fact");
        if (asked.isPresent() && !hubKnows) {
            return;
        }
        var now =
                nodes.stream()
                        .map(
                                node ->
                                        asked.isPresent() && node.name().equals(left)
                                                ? target("n-" + left, left, Presence.LEFT)
                                                : node)
                        .toArray(Target[]::new);
        var rows = Village.rows(call.request(), now);
        var told = new ArrayList<Value>();
        for (var row : ((Items) rows.member("nodes").orElseThrow()).items()) {
            var fields = (Fields) row;
            var role = fields.member("name").orElseThrow().toString().replaceAll("[0-9]", "");
            told.add(asked.isPresent() ? fields.with("fact", role) : fields);
        }
        call.reply(hub, "hub", 0, new Answer.Part(Fields.EMPTY.with("nodes", new Items(told))));
        call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
    }

    private CommandContext.Ran run(String... more) {
        var words = Stream.of("run", "user.ensure", "name=d");
        return context.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void aBatchTakesAsFewAsPossibleOfOneKind() throws IOException {
        var ran = run("--all-nodes", "--spread=role", "--canary=2", "--batch=2", "--dry-run");
        assertThat(ran.out())
                .contains("    canary     2 nodes: db1, web1\n")
                .contains("    batch 1    2 nodes: db2, web2\n")
                .contains("    batch 2    2 nodes: db3, web3\n")
                .contains("each batch spread over role");
        order.clear();
        assertThat(run("--all-nodes", "--spread", "role", "--concurrency", "1").code()).isZero();
        assertThat(order).containsExactly("db1", "web1", "db2", "web2", "db3", "web3");
    }

    @Test
    void whoHasLeftMeanwhileMayBeOfAnyKindAndIsNotSentTo() {
        left = "web3";
        var ran = run("--all-nodes", "--floor", "role=1");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("web3 has left, so the hub does not say its role; nothing was sent");
        assertThat(order).isEmpty();
    }

    @Test
    void neverSoManyAreAtWorkThatFewerThanTheFloorAreUp() {
        together = true;
        var ran = run("--all-nodes", "--floor", "role=2");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("    changed 6\n");
        assertThat(most).containsOnlyKeys("db", "web").allSatisfy((_, n) -> assertThat(n).isOne());
    }

    @Test
    void whoFailedIsNotUpSoTheRunStopsWithTheFigures() {
        failing = "db1";
        var ran = run("--all-nodes", "--floor", "role=2");
        assertThat(ran.out()).contains("failed 1, not-sent 2, changed 3");
        assertThat(ran.err())
                .contains(
                        "stopped: --floor role=2: of 3 nodes with role=db 2 are up, and 2 must stay"
                                + " up; nothing was sent to 2 more");
        assertThat(ran.code()).isEqualTo(4);
    }

    @Test
    void whatIsImpossibleIsRefusedWithTheValueBeforeTheStart() {
        nodes.set(0, target("n-db1", "db1", Presence.DOWN));
        var ran = run("-I", "db2", "--floor", "role=80%");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("of 3 nodes with role=db 2 are up, and 3 must stay up; nothing was sent");
        assertThat(run("-I", "web1", "--floor", "role=3").code()).isEqualTo(2);
        assertThat(run("--all-nodes", "--floor", "role=x").code()).isEqualTo(2);
        assertThat(order).isEmpty();
        assertThat(run("-I", "web1", "--floor", "role=2").code()).isZero();
    }

    @Test
    void withoutTheHubsWordNothingIsSent() throws IOException {
        context.config("hub-timeout = 200ms\n");
        hubKnows = false;
        assertThat(run("--all-nodes", "--spread", "role").code()).isEqualTo(1);
        assertThat(run("--all-nodes", "--floor", "role=1").err()).contains("the hub did not say");
        assertThat(order).isEmpty();
    }
}
