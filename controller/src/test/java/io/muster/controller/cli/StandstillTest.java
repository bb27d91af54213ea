package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.discovery.Presence;
import io.muster.message.Cancellation;
import io.muster.message.Outcome;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@code muster lock --all --cancel}: the red switch. */
class StandstillTest {
    private static final String ID = "0f8fad5bd9cb469fa16570867728950e";

    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Request> wishes = new CopyOnWriteArrayList<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node("n-1", "web01", request -> answer(request, new Cancellation.Prevented(true)));
        village.node("n-2", "web02", request -> answer(request, new Cancellation.Stopping()));
        village.hub(up("n-1", "web01"), up("n-2", "web02"), target("n-3", "web03", Presence.DOWN));
    }

    @AfterEach
    void close() {
        village.close();
    }

    private Outcome answer(Request request, Cancellation cancellation) {
        if (request.action().value().equals("node.cancel")) {
            wishes.add(request);
            var all = Fields.EMPTY.with(ID, cancellation.toValue());
            return new Outcome.Changed("told", Fields.EMPTY.with("requests", all));
        }
        return new Outcome.Ok("told", Fields.EMPTY.with("in_force", Value.texts(List.of())));
    }

    @Test
    void everyNodeIsToldToStopAndWhatDoesNotIsCounted() {
        var ran = context.run("lock", "--all", "--cancel", "--reason", "an intruder");
        assertThat(ran.out()).contains("stopped: 1\n", "unstopped: 1\n", "unheard: 1\n");
        assertThat(wishes).hasSize(2);
        assertThat(wishes.getFirst().arguments()).isEqualTo(Fields.EMPTY.with("all", true));
        var json = context.run("lock", "--all", "--cancel", "-o", "json");
        assertThat(json.out()).contains("\"stopped\" : 1", "\"obey\" : [ ]");
    }

    @Test
    void nothingIsCancelledWithoutBeingToldTo() {
        context.run("lock", "--all");
        assertThat(wishes).isEmpty();
        var half = context.run("lock", "class", "change", "--cancel");
        assertThat(half.code()).isEqualTo(2);
        assertThat(half.err()).contains("--cancel goes with --all");
        assertThat(wishes).isEmpty();
    }
}
