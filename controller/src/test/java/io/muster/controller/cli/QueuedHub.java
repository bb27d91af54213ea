package io.muster.controller.cli;

import io.muster.controller.Village;
import io.muster.controller.Village.Call;
import io.muster.controller.discovery.Target;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A hub that knows some nodes, and keeps requests for them in its memory. */
final class QueuedHub {
    /** What waits, or has waited, by its place. */
    final Map<Long, QueueEntry> queue = new LinkedHashMap<>();

    /** All that was brought, also what was not kept. */
    final List<Request> left = new ArrayList<>();

    /** Whether there is no room, which is said at once. */
    volatile boolean full;

    /** For which requests there is no room when they come. */
    volatile Predicate<Request> noRoom = _ -> false;

    /** Whether it keeps nothing at all. */
    volatile boolean keepsNothing;

    private final List<Target> nodes;

    QueuedHub(Village village, Target... nodes) {
        this.nodes = List.of(nodes);
        village.hub(this::answer);
    }

    private void answer(Call call, Credentials hub) {
        var arguments = call.request().arguments();
        if (keepsNothing && call.request().action().value().equals("hub.queue")) {
            var no = new Outcome.Refused(Reason.INVALID_INPUT, "keeps nothing (redis)");
            call.reply(hub, "hub", 0, new Answer.Final(no));
            return;
        }
        var told =
                switch (call.request().action().value()) {
                    case "hub.presence" ->
                            List.of(Village.rows(call.request(), nodes.toArray(Target[]::new)));
                    case "hub.queue" -> put(arguments);
                    case "hub.queued" -> rows(call.request(), listed(call.request()));
                    case "hub.withdraw" -> withdraw(call.request());
                    default -> List.<Fields>of();
                };
        for (int i = 0; i < told.size(); i++) {
            call.reply(hub, "hub", i, new Answer.Part(told.get(i)));
        }
        call.reply(hub, "hub", told.size(), new Answer.Final(Outcome.ok("all")));
    }

    private List<Fields> put(Fields arguments) {
        var reader = new FieldReader("put", arguments);
        var refused = new ArrayList<Value>();
        if (full) {
            reader.optionalTexts("nodes", NodeId::new)
                    .orElse(List.of())
                    .forEach(node -> refused.add(refusal("node", node.value())));
        }
        for (var text : reader.optionalTexts("requests", Bytes::base64).orElse(List.of())) {
            var request = Request.decode(Envelope.decode(text).payload());
            left.add(request);
            if (noRoom.test(request)) {
                refused.add(refusal("request", request.id().value()));
            } else {
                leave(request);
            }
        }
        return List.of(Fields.EMPTY.with("refused", new Items(refused)));
    }

    private static Fields refusal(String kind, String name) {
        return Fields.EMPTY.with(kind, name).with("why", "no room");
    }

    /** The same twice waits once. */
    private void leave(Request request) {
        if (queue.values().stream().anyMatch(e -> e.request().equals(request.id().value()))) {
            return;
        }
        var entry = QueueEntry.of(queue.size() + 1L, request);
        queue.put(entry.place(), entry);
    }

    private List<QueueEntry> listed(Request asker) {
        var reader = new FieldReader("queued", asker.arguments());
        var ids = reader.optionalTexts("requests", RequestId::new);
        var own = reader.optionalTruth("own").orElse(false);
        return queue.values().stream()
                .filter(entry -> !own || entry.sender().equals(asker.sender()))
                .filter(e -> ids.isEmpty() || e.id().filter(ids.get()::contains).isPresent())
                .toList();
    }

    private List<Fields> withdraw(Request asker) {
        var reader = new FieldReader("withdraw", asker.arguments());
        var ids = reader.optionalTexts("requests", RequestId::new).orElse(List.of());
        var places = reader.optionalTexts("places", Long::parseLong).orElse(List.of());
        var told = new ArrayList<QueueEntry>();
        for (var entry : List.copyOf(queue.values())) {
            if (places.contains(entry.place()) || entry.id().filter(ids::contains).isPresent()) {
                var waits = entry.state() == QueueState.WAITING;
                var now = waits ? entry.in(QueueState.WITHDRAWN) : entry;
                queue.put(now.place(), now);
                told.add(now);
            }
        }
        return rows(asker, told);
    }

    private static List<Fields> rows(Request asker, List<QueueEntry> entries) {
        var rows =
                entries.stream()
                        .map(e -> e.sender().equals(asker.sender()) ? e : e.brief())
                        .<Value>map(QueueEntry::toValue)
                        .toList();
        return List.of(Fields.EMPTY.with("requests", new Items(rows)));
    }

    /** All of them have come so far. */
    void all(QueueState state) {
        queue.replaceAll((_, entry) -> entry.in(state));
    }
}
