package io.muster.controller.ask;

import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;
import io.muster.threads.Threads;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A program of its own, with little memory: nodes that answer with as much as an answer may hold,
 * ten times each, and all that was kept written as one document.
 */
final class Flood {
    static final int NODES = 160;
    private static final int TIMES = 10;
    private static final String LONG = "x".repeat(60_000);

    private Flood() {}

    public static void main(String[] arguments) throws InterruptedException {
        var fleet = TestFleet.create();
        var strays = new Strays();
        var asked =
                new Asked(
                        new RequestId("0".repeat(32)),
                        "0".repeat(64),
                        Bytes.utf8(""),
                        Instant.now());
        var kept = new LinkedHashMap<NodeId, Value>();
        try (var inbox =
                        new Inbox(
                                new Verifier(fleet.trust(), InstantSource.system()),
                                new SealedResults(
                                        fleet.operator("alice").identity(), Optional::empty),
                                strays,
                                _ -> {},
                                Threads.REAL);
                var replies = inbox.expect(Map.of(asked, Role.NODE))) {
            var nodes = Thread.ofPlatform().start(() -> answer(fleet, inbox, asked));
            while (kept.size() < NODES) {
                var next = replies.next(Duration.ofMinutes(1)).orElseThrow();
                if (next.reply().answer() instanceof Answer.Final(Outcome outcome)) {
                    kept.putIfAbsent(next.reply().sender().nodeId(), outcome.toValue());
                }
            }
            nodes.join();
        }
        var document = Json.pretty(new Items(java.util.List.copyOf(kept.values())));
        System.out.println("kept " + kept.size() + ", " + document.length() / 1_000_000 + " MB");
        System.out.println(
                "elsewhere "
                        + kept.values().stream()
                                .filter(v -> Json.text(v).contains("elsewhere"))
                                .count());
        System.out.println("strays " + strays.tally().counts());
    }

    private static void answer(TestFleet fleet, Inbox inbox, Asked asked) {
        var outcome =
                new Outcome.Ok(
                        "long",
                        Fields.EMPTY.with("one", LONG).with("two", LONG).with("three", LONG));
        for (int i = 0; i < NODES; i++) {
            var node = fleet.node("n-" + i);
            var reply =
                    new Reply(
                            asked.id(),
                            asked.digest(),
                            node.identity(),
                            "n" + i,
                            0,
                            new Answer.Final(outcome),
                            Instant.now(),
                            Instant.now(),
                            "boot",
                            java.util.Optional.empty());
            var message = node.signer().sign(PayloadType.REPLY, reply.encode());
            if (message.length() > Envelope.MAX_SIZE) {
                throw new IllegalStateException("too large to be sent at all");
            }
            for (int time = 0; time < TIMES; time++) {
                inbox.receive(message);
            }
        }
    }
}
