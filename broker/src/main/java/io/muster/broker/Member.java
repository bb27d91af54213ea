package io.muster.broker;

import io.muster.message.Identity;
import io.muster.transport.Destination;

import org.apache.activemq.security.SecurityContext;

import java.security.Principal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who is connected, as the broker carries it along with each connection. */
final class Member extends SecurityContext {
    private final Peer peer;
    private final Allowance allowance;
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Set<Destination> readings = ConcurrentHashMap.newKeySet();

    Member(Peer peer, Allowance allowance) {
        super(peer.identity().brief());
        this.peer = peer;
        this.allowance = allowance;
    }

    Peer peer() {
        return peer;
    }

    Identity identity() {
        return peer.identity();
    }

    /** Shared by all connections of this identity. */
    Allowance allowance() {
        return allowance;
    }

    /** Open sessions of this connection. */
    AtomicInteger sessions() {
        return sessions;
    }

    /** What this connection reads, or once did. */
    Set<Destination> readings() {
        return readings;
    }

    /** What was refused on this connection. */
    AtomicInteger refusals() {
        return refusals;
    }

    @Override
    public Set<Principal> getPrincipals() {
        return Set.of();
    }
}
