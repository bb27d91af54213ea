package io.muster.controller;

import io.muster.controller.ask.Caller;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Request;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.memory.InMemoryBus;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** A small fleet in memory: real keys, a bus, and nodes that do as the test says. */
public final class Village implements AutoCloseable {
    /** What every honest node of the village would say. */
    public static final Outcome HERE = Outcome.ok("here");

    private final TestFleet authority;
    private final InMemoryBus bus = new InMemoryBus();
    private final Transport transport = bus.open();
    private final Credentials operator;

    public Village() {
        this(TestFleet.create());
    }

    public Village(TestFleet authority) {
        this.authority = authority;
        this.operator = authority.operator("alice");
    }

    /** A request as a node got it, and the means to answer it. */
    public record Call(Request request, String digest, Transport transport, Envelope envelope) {

        /** A message to the inbox, whatever it is. */
        public void send(Bytes message) {
            transport.publish(
                    new Destination.Replies(request.replyTo()),
                    message,
                    Instant.now().plusSeconds(60));
        }

        /** An honest reply. */
        public void reply(Credentials node, String name, int sequence, Answer answer) {
            send(
                    node.signer()
                            .sign(
                                    PayloadType.REPLY,
                                    payload(node.identity(), name, sequence, answer)));
        }

        /** The payload of a reply. */
        public Bytes payload(Identity sender, String name, int sequence, Answer answer) {
            return reply(sender, name, sequence, answer, digest).encode();
        }

        /** A reply with any digest. */
        public Reply reply(
                Identity sender, String name, int sequence, Answer answer, String aboutDigest) {
            var now = Instant.now();
            return new Reply(
                    request.id(), aboutDigest, sender, name, sequence, answer, now, now, "boot-1");
        }
    }

    public TestFleet authority() {
        return authority;
    }

    public InMemoryBus bus() {
        return bus;
    }

    public Credentials operator() {
        return operator;
    }

    /** A caller on a connection of its own. */
    public Caller caller() {
        return caller(bus.open());
    }

    /** A caller on that connection. */
    public Caller caller(Transport connection) {
        return new Caller(
                connection, operator, Collective.MAIN, InstantSource.system(), new SecureRandom());
    }

    /** A node that answers each request for it with a final outcome; documents it ignores. */
    public Credentials node(String id, String name, Function<Request, Outcome> deed) {
        return node(
                id,
                (call, credentials) ->
                        call.reply(
                                credentials,
                                name,
                                0,
                                new Answer.Final(deed.apply(call.request()))));
    }

    /** A node that does anything with each request for it. */
    public Credentials node(String id, BiConsumer<Call, Credentials> deed) {
        var credentials = authority.node(id);
        var self = new NodeId(id);
        Consumer<Bytes> receive =
                body -> {
                    var envelope = Envelope.decode(body);
                    if (envelope.type() != PayloadType.REQUEST) {
                        return;
                    }
                    var payload = envelope.payload();
                    var request = Request.decode(payload);
                    if (request.mayConcern(self)) {
                        deed.accept(
                                new Call(request, payload.sha256().hex(), transport, envelope),
                                credentials);
                    }
                };
        transport.subscribe(new Destination.Requests(Collective.MAIN), receive::accept);
        transport.subscribe(new Destination.Node(self), receive::accept);
        return credentials;
    }

    /** A hub that does anything with each question. */
    public void hub(BiConsumer<Call, Credentials> deed) {
        var credentials = authority.hub();
        transport.subscribe(
                new Destination.Hub(),
                body -> {
                    var envelope = Envelope.decode(body);
                    if (envelope.type() != PayloadType.REQUEST) {
                        return;
                    }
                    var payload = envelope.payload();
                    var call =
                            new Call(
                                    Request.decode(payload),
                                    payload.sha256().hex(),
                                    transport,
                                    envelope);
                    deed.accept(call, credentials);
                });
    }

    /** A hub that knows these nodes. */
    public void hub(Target... nodes) {
        hub(
                (call, credentials) -> {
                    if (call.request().action().value().equals("hub.trust")) {
                        call.reply(credentials, "hub", 0, new Answer.Final(Outcome.ok("none")));
                        return;
                    }
                    call.reply(credentials, "hub", 0, new Answer.Part(rows(call.request(), nodes)));
                    call.reply(credentials, "hub", 1, new Answer.Final(Outcome.ok("all")));
                });
    }

    /** What a hub that knows these nodes says to that question. */
    public static Fields rows(Request request, Target... nodes) {
        return HubRows.of(request.filter(), List.of(nodes));
    }

    /** A node as presence or a broadcast describes it. */
    public static Target target(String id, String name, Presence presence) {
        return new Target(new NodeId(id), name, presence, Optional.of("boot-1"));
    }

    /** A node that is up. */
    public static Target up(String id, String name) {
        return target(id, name, Presence.UP);
    }

    /** These, frozen. */
    public static Targets targets(Target... nodes) {
        return new Targets(List.of(nodes), List.of(), "file", Duration.ofMillis(5), List.of());
    }

    @Override
    public void close() {
        transport.close();
    }
}
