package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.message.Cancellation;
import io.muster.message.Collective;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.transport.Destination;
import io.muster.trust.Lock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** {@code muster lock --all --cancel}: the red switch. */
class StandstillTest {
    private static final String ID = "0f8fad5bd9cb469fa16570867728950e";
    private static final Target[] UP = {up("n-1", "web01"), up("n-2", "web02")};
    private static final Target[] ALL = {
        up("n-1", "web01"), up("n-2", "web02"), target("n-3", "web03", Presence.DOWN)
    };

    @TempDir private Path home;

    private final Village village = new Village();
    private final List<Request> wishes = new CopyOnWriteArrayList<>();
    private final List<String> locks = new CopyOnWriteArrayList<>();
    private volatile Target[] known = ALL;
    private volatile Cancellation second = new Cancellation.Stopping();
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        village.node("n-1", "web01", request -> answer(request, new Cancellation.Prevented(true)));
        village.node("n-2", "web02", request -> answer(request, second));
        village.hub(this::tell);
        village.bus()
                .open()
                .subscribe(
                        new Destination.Requests(Collective.MAIN),
                        body -> {
                            var envelope = Envelope.decode(body);
                            if (envelope.type() == PayloadType.LOCK) {
                                locks.add(Lock.decode(envelope.payload()).id().value());
                            }
                        });
    }

    @AfterEach
    void close() {
        village.close();
    }

    private void tell(Call call, Credentials hub) {
        if (call.request().action().value().equals("hub.presence")) {
            call.reply(hub, "hub", 0, new Answer.Part(Village.rows(call.request(), known)));
            call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
        } else {
            call.reply(hub, "hub", 0, new Answer.Final(Outcome.ok("none")));
        }
    }

    private Outcome answer(Request request, Cancellation cancellation) {
        if (request.action().value().equals("node.cancel")) {
            wishes.add(request);
            var all = Fields.EMPTY.with(ID, cancellation.toValue());
            return new Outcome.Changed("told", Fields.EMPTY.with("requests", all));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> !locks.isEmpty());
        return new Outcome.Ok("told", Fields.EMPTY.with("in_force", Value.texts(locks)));
    }

    @Test
    void everyNodeIsToldToStopAndWhatDoesNotIsNamed() {
        var ran = context.run("lock", "--all", "--cancel", "--reason", "an intruder");
        assertThat(ran.out()).contains("2 nodes obey\n", "stopped: 1\n");
        assertThat(ran.err())
                .contains("1 not stopped: web02 (0f8fad5b has not stopped yet)\n")
                .contains("1 did not say what they are at: web03 (offline)\n");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(wishes).hasSize(2);
        assertThat(wishes.getFirst().arguments()).isEqualTo(Fields.EMPTY.with("all", true));
    }

    @Test
    void theCodeSaysWhetherAnythingGoesOn() {
        second = new Cancellation.Prevented(true);
        assertThat(context.run("lock", "--all", "--cancel").code()).isEqualTo(5);
        known = UP;
        assertThat(context.run("lock", "--all", "--cancel").code()).isZero();
        second = new Cancellation.Denied("no rule allows it");
        var denied = context.run("lock", "--all", "--cancel");
        assertThat(denied.code()).isEqualTo(4);
        assertThat(denied.err()).contains("web02 (0f8fad5b no rule allows it)");
        assertThat(context.run("lock", "--all").code()).isZero();
    }

    @Test
    void programsAreToldAsDocumented() throws IOException {
        var json = context.run("lock", "--all", "--cancel", "-o", "json");
        var own = Pattern.compile("\"id\" : \"[0-9a-f]{32}\"").matcher(json.out());
        assertThat(own.replaceFirst("\"id\" : \"" + ID + "\"")).isEqualTo(documented());
        var line = context.run("lock", "--all", "-o", "jsonl").out();
        assertThat(line).startsWith("{\"kind\":\"locked\",\"id\":").doesNotContain("stopped");
    }

    private static String documented() throws IOException {
        var block = Pattern.compile("```json lock\n(.*?)```", Pattern.DOTALL);
        var found = block.matcher(Files.readString(Path.of("../docs/output.md")));
        assertThat(found.find()).isTrue();
        return found.group(1);
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
