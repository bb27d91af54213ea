package io.muster.hub;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.hub.presence.HubService;
import io.muster.hub.queue.QueueAnswers;
import io.muster.message.ActionName;
import io.muster.message.Bounds;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.Manner;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.SealedArguments;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.queue.QueueEntry;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An operator on a real bus who asks hubs, and leaves requests there for a node that is away. */
final class QueueingOperator implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SHARE = 50;

    private final Credentials self;
    private final ReplyAddress address;
    private final JmsTransport transport;
    private final SecureRandom random = new SecureRandom();
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();

    QueueingOperator(Credentials self, BrokerAddress broker) {
        this.self = self;
        this.address = ReplyAddress.of(self.identity(), "1");
        this.transport =
                JmsTransport.connect(
                        JmsConnectionConfig.tls(
                                List.of(broker),
                                Tls.mutual(self),
                                JmsConnectionConfig.clientId(self.identity(), "1")),
                        LIMIT);
        transport.subscribe(
                new Destination.Replies(address),
                body -> replies.add(Reply.decode(Envelope.decode(body).payload())));
    }

    /** Leaves so many, and returns when the hub says that it keeps them. */
    List<RequestId> leave(NodeId node, int many, Duration ttl) throws InterruptedException {
        var ids = new ArrayList<RequestId>();
        var envelopes = new ArrayList<String>();
        for (int i = 0; i < many; i++) {
            var request = request("puppet.run", Fields.EMPTY, Optional.of(node), ttl);
            ids.add(request.id());
            envelopes.add(signed(request).base64());
        }
        for (int from = 0; from < many; from += SHARE) {
            var share = envelopes.subList(from, Math.min(from + SHARE, many));
            var arguments = Fields.EMPTY.with("requests", Value.texts(share));
            ask(QueueAnswers.PUT.value(), arguments);
        }
        return ids;
    }

    /** All that the hub knows of. */
    List<QueueEntry> listed() throws InterruptedException {
        var entries = new ArrayList<QueueEntry>();
        for (var part : ask(QueueAnswers.QUEUED.value(), Fields.EMPTY)) {
            if (part.member("requests").orElseThrow() instanceof Items(var rows)) {
                rows.forEach(row -> entries.add(QueueEntry.of((Fields) row)));
            }
        }
        return entries;
    }

    /** Who is up by what a hub says, with their roles: whichever it is that answers. */
    Map<String, String> up() throws InterruptedException {
        var arguments =
                Fields.EMPTY.with("columns", Value.texts(List.of("state"))).with("fact", "role");
        var up = new TreeMap<String, String>();
        for (var part : ask(HubService.PRESENCE.value(), arguments)) {
            if (part.member("nodes").orElseThrow() instanceof Items(var rows)) {
                rows.stream()
                        .map(Fields.class::cast)
                        .filter(row -> row.member("state").equals(Optional.of(Value.of("up"))))
                        .forEach(row -> up.put(text(row, "id"), text(row, "fact")));
            }
        }
        return up;
    }

    private static String text(Fields row, String name) {
        return row.member(name).orElseThrow().toString();
    }

    private Request request(
            String action, Fields arguments, Optional<NodeId> target, Duration ttl) {
        var now = Instant.ofEpochMilli(System.currentTimeMillis());
        return new Request(
                RequestId.random(random),
                self.identity().fleet(),
                Collective.MAIN,
                self.identity(),
                new ActionName(action),
                arguments,
                Filter.EVERYTHING,
                target.map(List::of),
                address,
                now,
                now.plus(ttl),
                target.isPresent() ? ActionClass.CHANGE : ActionClass.READ,
                false,
                Map.of(),
                List.of(),
                Map.of(),
                Bounds.NONE,
                ListNumbers.NONE,
                SealedArguments.NONE,
                target.isPresent() ? Manner.QUEUED : Manner.PLAIN);
    }

    private Bytes signed(Request request) {
        return self.signer().sign(PayloadType.REQUEST, request.encode());
    }

    private List<Fields> ask(String action, Fields arguments) throws InterruptedException {
        var question = request(action, arguments, Optional.empty(), Duration.ofMinutes(1));
        transport.publishConfirmed(
                new Destination.Hub(), signed(question), question.expires(), LIMIT);
        var parts = new ArrayList<Fields>();
        while (true) {
            var reply = Optional.ofNullable(replies.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
            switch (reply.orElseThrow().answer()) {
                case Answer.Part(Fields part) -> parts.add(part);
                case Answer.Accepted _, Answer.Armed _ -> {}
                case Answer.Final(Outcome.Ok _) -> {
                    return parts;
                }
                case Answer.Final(Outcome outcome) -> throw new AssertionError(outcome);
            }
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
