package io.muster.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.BuiltIn;
import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.message.ActionName;
import io.muster.message.Cancellation;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A fleet whose clocks are all wrong: whatever is asked of it quotes what was announced last. */
class NoncesTest {
    private static final String ID = "0f8fad5bd9cb469fa16570867728950e";

    @TempDir private Path home;

    private final Village village = new Village();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final List<Clockless> nodes =
            List.of(new Clockless(1), new Clockless(2), new Clockless(3));
    private CommandContext context = new CommandContext(village, Path.of("/"));

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        nodes.forEach(node -> village.node(node.id.value(), node::take));
        village.hub(this::told);
    }

    @AfterEach
    void close() {
        village.close();
    }

    /** Takes nothing but its newest nonce, and announces another one when a change is made. */
    private final class Clockless {
        private final NodeId id;
        private final String name;
        private int nonce;
        private boolean underWay;
        private volatile boolean silent;

        Clockless(int number) {
            this.id = new NodeId("n-" + number);
            this.name = "web0" + number;
        }

        private String nonce(int number) {
            return id + "-" + number;
        }

        /** What it announced is with the hub only the next time somebody asks. */
        synchronized Target announced() {
            var said = nonce(underWay ? nonce - 1 : nonce);
            underWay = false;
            return new Target(id, name, Presence.UP, Optional.of("boot-1"), Optional.of(said));
        }

        synchronized void announce() {
            nonce++;
        }

        void take(Call call, Credentials node) {
            var request = call.request();
            var quoted = request.nonces().getOrDefault(id, "");
            var good = quoted.equals(newest());
            (good ? taken : refused).add(request.action().value());
            if (!good) {
                var stale = new Outcome.Refused(Reason.STALE_NONCE, "quotes '" + quoted + "'");
                call.reply(node, name, 0, new Answer.Final(stale));
                return;
            }
            var outcome = outcome(request);
            if (!silent || !request.changes()) {
                call.reply(node, name, 0, new Answer.Final(outcome));
            }
        }

        private synchronized String newest() {
            return nonce(nonce);
        }

        private Outcome outcome(Request request) {
            if (request.changes()) {
                done.add(name);
                nodes.forEach(Clockless::announce);
                synchronized (this) {
                    underWay = true;
                }
            }
            return switch (request.action().value()) {
                case "node.inventory" -> here("facts", Fields.EMPTY.with("load", 1));
                case "node.explain" -> here("would", Value.of(true));
                case "node.actions" -> here("actions", new Items(List.of(own())));
                case "node.outcomes" -> here("requests", ended(request));
                case "node.cancel" ->
                        new Outcome.Changed(
                                "told",
                                Fields.EMPTY.with(
                                        "requests",
                                        Fields.EMPTY.with(
                                                ID, new Cancellation.Prevented(true).toValue())));
                default ->
                        request.changes()
                                ? new Outcome.Changed("made", Fields.EMPTY)
                                : Outcome.ok("here");
            };
        }
    }

    private static Fields own() {
        return BuiltIn.find(new ActionName("user.ensure"))
                .orElseThrow()
                .toValue()
                .with("name", "web.tidy");
    }

    private static Outcome here(String name, Value value) {
        return new Outcome.Ok("here", Fields.EMPTY.with(name, value).with("forgotten", 1L));
    }

    /** It knows none of them. */
    private static Fields ended(Request request) {
        var ids = (Items) request.arguments().member("requests").orElseThrow();
        return Fields.EMPTY.with(
                ids.items().getFirst().toString(), Fields.EMPTY.with("state", "unknown"));
    }

    private void told(Call call, Credentials hub) {
        if (!call.request().action().value().equals("hub.presence")) {
            call.reply(hub, "hub", 0, new Answer.Final(Outcome.ok("none")));
            return;
        }
        var rows = nodes.stream().map(Clockless::announced).toArray(Target[]::new);
        call.reply(hub, "hub", 0, new Answer.Part(Village.rows(call.request(), rows)));
        call.reply(hub, "hub", 1, new Answer.Final(Outcome.ok("all")));
    }

    private CommandContext.Ran run(String... more) {
        var words = Stream.of("run", "user.ensure", "name=d", "--all-nodes");
        return context.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void eachBatchAndItsGateQuoteWhatWasAnnouncedLast() {
        var ran = run("--challenge", "--batch", "1", "--gate-action", "trust.status");
        assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
        assertThat(done).containsExactly("web01", "web02", "web03");
    }

    @Test
    void aChangeThatQuotesNothingGoesByTheClock() {
        var ran = run();
        assertThat(ran.out()).contains("refused: stale-nonce", "quotes ''");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(done).isEmpty();
    }

    @Test
    void whatOnlyLooksOrStopsQuotesItUnasked() {
        var least = run("--challenge", "--one", "least:load");
        assertThat(least.code()).as(least.out() + least.err()).isZero();
        assertThat(context.run("explain", "user.ensure", "web02").out()).contains("would");
        var stopped = context.run("lock", "--all", "--cancel");
        assertThat(stopped.out()).contains("stopped: 3\n");
        assertThat(refused).doesNotContain("node.cancel");
        assertThat(context.run("run", "node.ping", "--all-nodes").code()).isZero();
        var own = context.run("run", "web.tidy", "name=d", "-I", "web01", "--challenge");
        assertThat(own.code()).as(own.out() + own.err()).isZero();
    }

    @Test
    void askingAndCancellingAnEarlierRunQuoteWhatIsAnnouncedNow() {
        nodes.forEach(node -> node.silent = true);
        var ran = run("--challenge", "--batch", "1", "--max-failed", "100%", "--timeout", "300ms");
        assertThat(ran.code()).isEqualTo(5);
        nodes.forEach(Clockless::announce);
        // By then the hub has heard what the last one announced.
        nodes.forEach(Clockless::announced);
        taken.clear();
        context.run("runs", "ask", "last");
        assertThat(taken).hasSize(3).containsOnly("node.outcomes");
        context.run("runs", "cancel", "last", "--timeout", "20s");
        assertThat(taken).hasSize(6).endsWith("node.cancel");
        assertThat(refused).isEmpty();
    }
}
