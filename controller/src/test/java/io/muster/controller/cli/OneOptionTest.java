package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

class OneOptionTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final Map<String, Fields> facts = new ConcurrentHashMap<>();
    private volatile Outcome outcome = new Outcome.Changed("made", Fields.EMPTY);
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        for (int i = 1; i <= 3; i++) {
            var name = "web0" + i;
            facts.put(name, Fields.EMPTY.with("load", "0." + (5 - i)));
            village.node("n-" + i, name, request -> answer(name, request));
        }
        village.hub(
                up("n-1", "web01"),
                up("n-2", "web02"),
                up("n-3", "web03"),
                target("n-4", "web04", Presence.DOWN));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Outcome answer(String name, Request request) {
        if (request.action().value().equals("node.inventory")) {
            var told = facts.getOrDefault(name, Fields.EMPTY);
            return new Outcome.Ok("here", Fields.EMPTY.with("facts", told));
        }
        done.add(name);
        return outcome;
    }

    private CommandContext.Ran run(String... more) {
        var words = Stream.of("run", "user.ensure", "name=d", "--all-nodes", "--one");
        return context.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void theOneWithTheLeastIsChosenAndItIsSaidWhy() {
        var ran = run("least:load");
        assertThat(done).containsExactly("web03");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("Finished processing 1 / 1 hosts");
        assertThat(ran.err()).contains("chose web03 (n-3) of 3: least load, 0.2");
        facts.put("web02", Fields.EMPTY.with("load", -1));
        facts.put("web01", Fields.EMPTY.with("load", "high"));
        var json = run("least:load", "-o", "json");
        assertThat(done.getLast()).isEqualTo("web02");
        assertThat(json.out())
                .contains("\"notices\" : [ \"chose web02 (n-2) of 3: least load, -1; 1 said no");
        assertThat(context.run("runs", "show", "last", "-o", "json").out()).isEqualTo(json.out());
    }

    @Test
    void oneAfterTheOtherTakesItsTurnAlsoInAnotherProcess() {
        for (int i = 0; i < 4; i++) {
            assertThat(run("rr").code()).isZero();
        }
        assertThat(done).containsExactly("web01", "web02", "web03", "web01");
        run("rr", "--dry-run");
        done.clear();
        assertThat(run("rr").err()).contains("chose web02 (n-2) of 3: it is its turn");
        assertThat(context.run("run", "user.ensure", "name=d", "-I", "/web/", "--one", "rr").err())
                .contains("chose web01");
        assertThat(context.run("runs").code()).isZero();
    }

    @Test
    void anyIsOne() {
        var ran = run("random");
        assertThat(done).hasSize(1);
        assertThat(ran.err()).contains("of 3: at random");
    }

    @Test
    void ifItWillNotNobodyElseIsTried() {
        outcome = new Outcome.Refused(Reason.LOCKED, "locked");
        var ran = run("rr");
        assertThat(done).containsExactly("web01");
        assertThat(ran.code()).isEqualTo(4);
    }

    @Test
    void ifThereIsNoneToChooseNothingIsSent() {
        var away = context.run("run", "user.ensure", "name=d", "-I", "web04", "--one", "rr");
        assertThat(away.code()).isEqualTo(3);
        assertThat(away.err()).contains("of 1 nodes that match none is there; nothing was sent");
        var none = run("least:colour");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.err()).contains("none has a number for it; nothing was sent");
        for (var bad : List.of("", "first", "least:", "most:load")) {
            assertThat(run(bad).code()).as(bad).isEqualTo(2);
        }
        assertThat(run("rr", "--limit", "1").code()).isEqualTo(2);
        assertThat(done).isEmpty();
    }
}
