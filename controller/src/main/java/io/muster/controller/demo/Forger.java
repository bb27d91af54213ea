package io.muster.controller.demo;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.filter.Filter;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.transport.Destination;
import io.muster.transport.Transport;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends what nobody should: with everything but the right signature. */
final class Forger {
    private final Transport bus;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Forger(Transport bus, InstantSource clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /** "Reboot, all of you", in the operator's name, signed with the key stolen from a node. */
    void commandWithNodeKey(Credentials node, Identity operator) {
        broadcast(
                node.signer()
                        .sign(
                                PayloadType.REQUEST,
                                request(operator, BuiltIn.NODE_REBOOT).encode()));
    }

    /** A genuine request of the operator's for a ping, turned into a reboot on its way. */
    void alterGenuine(Credentials operator) {
        var ping = request(operator.identity(), BuiltIn.NODE_PING);
        var genuine = Envelope.decode(operator.signer().sign(PayloadType.REQUEST, ping.encode()));
        broadcast(
                new Envelope(
                                genuine.type(),
                                request(operator.identity(), BuiltIn.NODE_REBOOT).encode(),
                                genuine.signatures(),
                                genuine.certificates())
                        .encode());
    }

    private Request request(Identity operator, ActionSpec spec) {
        var now = clock.instant();
        return new Request(
                RequestId.random(random),
                operator.fleet(),
                Collective.MAIN,
                operator,
                spec.name(),
                Fields.EMPTY,
                Filter.EVERYTHING,
                Optional.empty(),
                ReplyAddress.of(operator, "f0"),
                now,
                now.plus(Duration.ofMinutes(1)),
                spec.actionClass(),
                false,
                Map.of(),
                List.of());
    }

    private void broadcast(Bytes message) {
        bus.publishConfirmed(
                new Destination.Requests(Collective.MAIN),
                message,
                clock.instant().plus(Duration.ofMinutes(1)),
                Duration.ofSeconds(5));
    }
}
