package io.muster.hub;

import io.muster.hub.enrolment.AuthorityFiles;
import io.muster.hub.enrolment.Operators;
import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.RequestId;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;
import io.muster.trust.RevocationList;
import io.muster.trust.RevocationList.Revoked;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The whole hub, its authority, and people who say something about trust. */
abstract class HubTrustStage {
    static final InstantSource CLOCK = HubFixture.CLOCK;
    static final Duration LIMIT = HubFixture.LIMIT;
    static final Duration WEEK = Duration.ofDays(7);

    @TempDir Path temporary;
    HubFixture fleet;
    Hub hub;
    RevocationRegister register;

    @BeforeEach
    void start() {
        fleet = new HubFixture(temporary);
        register = new RevocationRegister(new AuthorityFiles(fleet.ca()), "test", CLOCK);
        hub = hub();
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    Hub hub(String... more) {
        var lines = new ArrayList<>(List.of(more));
        lines.add("documents = " + temporary.resolve("documents"));
        return fleet.start(fleet.config("state", lines.toArray(String[]::new))).orElseThrow();
    }

    Operators operators() {
        return fleet.operators();
    }

    Credentials operator(String name) {
        return fleet.operator(name);
    }

    Credentials node(String id) throws InterruptedException {
        return fleet.join(hub, id).credentials();
    }

    JmsConnectionConfig client(Credentials who) {
        return fleet.client(who, HubFixture.broker(hub));
    }

    JmsTransport connect(Credentials who) {
        return fleet.connect(who, HubFixture.broker(hub));
    }

    Queue<ConnectionState> watch(Credentials who) {
        var states = new ConcurrentLinkedQueue<ConnectionState>();
        fleet.keep(JmsTransport.open(client(who), states::add));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> states.stream().anyMatch(ConnectionState.Connected.class::isInstance));
        return states;
    }

    static void awaitLoss(Queue<ConnectionState> states) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> states.stream().anyMatch(ConnectionState.Lost.class::isInstance));
    }

    static Revoked revoked(Credentials who) {
        return new Revoked(
                who.identity(),
                Certificates.serial(who.certificate()),
                who.certificate().getNotAfter().toInstant(),
                "stolen");
    }

    RevocationList publish(Credentials... stolen) {
        for (var who : stolen) {
            register.add(IssuerName.OPERATORS, revoked(who));
        }
        return operators().publish(register, WEEK);
    }

    Lock lock(Credentials by, String target) {
        return new Lock(
                RequestId.random(fleet.random()),
                "test",
                by.identity(),
                LockTarget.parse(target),
                "",
                Instant.ofEpochMilli(CLOCK.millis()),
                Optional.empty());
    }

    static void say(Transport transport, Bytes document) {
        transport.publishConfirmed(
                new Destination.Hub(), document, CLOCK.instant().plusSeconds(60), LIMIT);
    }

    static Bytes signed(Credentials by, Lock lock) {
        return by.signer().sign(PayloadType.LOCK, lock.encode());
    }
}
