package io.muster.controller.cli;

import static io.muster.controller.Village.target;
import static io.muster.controller.Village.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.controller.cli.CommandContext.Ran;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Outcome;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;
import io.muster.security.Credentials;
import io.muster.security.Envelope;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code muster run --queue} and {@code muster queue}: what waits for nodes that are away. */
class QueueCommandTest {
    @TempDir private Path home;

    private final Village village = new Village();
    private final Map<RequestId, QueueEntry> queue = new LinkedHashMap<>();
    private final List<Request> left = new ArrayList<>();
    private CommandContext context = new CommandContext(village, Path.of("/"));
    private Host web;
    private Host absent;
    private boolean full;
    private volatile Outcome made = new Outcome.Changed("made", Fields.EMPTY);

    @BeforeEach
    void ready() throws IOException {
        context = CommandContext.ready(village, home);
        web = new Host(village, "n-1", "web01", _ -> made);
        absent = new Host(village, "n-2", "web02", _ -> made);
        absent.away = true;
        village.hub(this::answer);
    }

    @AfterEach
    void close() {
        village.close();
    }

    private static Target[] nodes() {
        return new Target[] {
            up("n-1", "web01"),
            target("n-2", "web02", Presence.DOWN),
            target("n-3", "web03", Presence.FROZEN)
        };
    }

    private void answer(Call call, Credentials hub) {
        var arguments = call.request().arguments();
        var told =
                switch (call.request().action().value()) {
                    case "hub.presence" -> List.of(Village.rows(call.request(), nodes()));
                    case "hub.queue" -> put(arguments);
                    case "hub.queued" -> rows(List.copyOf(queue.values()));
                    case "hub.withdraw" -> withdraw(arguments);
                    default -> List.<Fields>of();
                };
        for (int i = 0; i < told.size(); i++) {
            call.reply(hub, "hub", i, new Answer.Part(told.get(i)));
        }
        var outcome =
                full && call.request().action().value().equals("hub.queue")
                        ? Outcome.failed("full", "no room")
                        : Outcome.ok("all");
        call.reply(hub, "hub", told.size(), new Answer.Final(outcome));
    }

    private List<Fields> put(Fields arguments) {
        for (var text : new FieldReader("put", arguments).texts("requests", Bytes::base64)) {
            var request = Request.decode(Envelope.decode(text).payload());
            left.add(request);
            if (!full) {
                queue.put(request.id(), QueueEntry.of(request));
            }
        }
        return List.of();
    }

    private List<Fields> withdraw(Fields arguments) {
        var told = new ArrayList<QueueEntry>();
        for (var id : new FieldReader("withdraw", arguments).texts("requests", RequestId::new)) {
            queue.computeIfPresent(
                    id,
                    (_, entry) ->
                            entry.state() == QueueState.WAITING
                                    ? entry.in(QueueState.WITHDRAWN)
                                    : entry);
            Optional.ofNullable(queue.get(id)).ifPresent(told::add);
        }
        return rows(told);
    }

    private static List<Fields> rows(List<QueueEntry> entries) {
        var rows = entries.stream().<Value>map(QueueEntry::toValue).toList();
        return List.of(Fields.EMPTY.with("requests", new Items(rows)));
    }

    private void all(QueueState state) {
        queue.replaceAll((_, entry) -> entry.in(state));
    }

    private Ran run(String... more) {
        var words = new ArrayList<>(List.of("run", "user.ensure", "name=deploy", "--all-nodes"));
        words.addAll(List.of("--queue", "24h", "--timeout", "10s"));
        words.addAll(List.of(more));
        return context.run(words.toArray(String[]::new));
    }

    @Test
    void whoIsAwayIsQueuedAndWhoIsFrozenIsNot() {
        var ran = run();
        assertThat(ran.out()).contains("Queued at the hub", "web02", "queued 1", "changed 1");
        assertThat(ran.out()).contains("offline 1");
        assertThat(ran.code()).isEqualTo(5);
        assertThat(web.deeds).hasSize(1);
        assertThat(left).hasSize(1);
        var request = left.getFirst();
        assertThat(request.queued()).isTrue();
        assertThat(request.ttl()).isEqualTo(Duration.ofHours(24));
        assertThat(request.targets().orElseThrow()).hasToString("[n-2]");
        assertThat(request.bounds().maxTargets()).isEqualTo(3);
        assertThat(context.run("runs", "show", "last").out()).contains("queued 1");
        assertThat(context.run("queue", "-o", "json").out())
                .contains("\"state\" : \"waiting\"", "\"node\" : \"n-2\"");
    }

    @Test
    void whatBecameOfItIsToldLater() {
        run();
        assertThat(context.run("runs", "ask", "last").out()).contains("queued 1");
        all(QueueState.HANDED);
        assertThat(context.run("runs", "ask", "last").out()).contains("no-reply 1");
        all(QueueState.EXPIRED);
        assertThat(context.run("runs", "ask", "last").out()).contains("expired 1");
        assertThat(context.run("runs", "show", "last").out()).contains("expired 1");
    }

    @Test
    void whatIsTakenBackIsCancelled() {
        run();
        var back = context.run("queue", "withdraw", "last");
        assertThat(back.out()).contains("n-2", "withdrawn");
        assertThat(back.code()).isZero();
        assertThat(context.run("runs", "ask", "last").out()).contains("cancelled 1");
        all(QueueState.HANDED);
        assertThat(context.run("queue", "withdraw", "last").code()).isEqualTo(5);
        assertThat(context.run("queue", "withdraw", "n-9").code()).isEqualTo(3);
        assertThat(context.run("queue", "withdraw", "no run!").code()).isNotZero();
    }

    @Test
    void cancellingARunTakesBackWhatWaits() {
        run();
        var cancelled = context.run("runs", "cancel", "last", "--timeout", "1s");
        assertThat(cancelled.out()).containsPattern("web02 +cancelled: taken back from the hub");
        assertThat(queue.values()).allMatch(entry -> entry.state() == QueueState.WITHDRAWN);
        assertThat(context.run("runs", "show", "last").out()).contains("cancelled 1");
    }

    @Test
    void aRunThatStopsLeavesNothing() {
        made = Outcome.failed("broken", "broken");
        var ran = run("--max-failed", "0", "--batch", "1");
        assertThat(ran.code()).isEqualTo(4);
        assertThat(left).isEmpty();
        assertThat(ran.out()).contains("offline 2");
    }

    @Test
    void aHubWithoutRoomIsAProblemAndSaid() {
        full = true;
        var ran = run();
        assertThat(ran.err() + ran.out()).contains("no room", "not left at the hub");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(web.deeds).hasSize(1);
    }

    @Test
    void whatCannotWaitIsRefusedBeforeAnythingIsSent() {
        var reboot = context.run("run", "node.reboot", "-I", "web01", "--queue", "1h", "--yes");
        assertThat(reboot.code()).isEqualTo(2);
        assertThat(reboot.err()).contains("destructive");
        assertThat(run("--queue", "8d").code()).isEqualTo(2);
        assertThat(run("--challenge").err()).contains("nonce");
        assertThat(run("--propose", "--approvals", "1").code()).isEqualTo(2);
        assertThat(context.run("queue", "--state", "lost").err()).contains("waiting, handed");
        assertThat(web.deeds).isEmpty();
        assertThat(left).isEmpty();
    }

    @Test
    void aDryRunLeavesNothing() {
        var ran = run("--dry-run");
        assertThat(ran.err()).contains("would be left at the hub for 1d");
        assertThat(left).isEmpty();
    }
}
