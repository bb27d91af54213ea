package io.muster.broker;

import io.muster.message.Identity;

import org.apache.activemq.security.SecurityContext;

import java.security.Principal;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who is connected, as the broker carries it along with each connection. */
final class Member extends SecurityContext {
    private final Peer peer;
    private final TokenBucket bucket;
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    Member(Peer peer, TokenBucket bucket) {
        super(peer.identity().brief());
        this.peer = peer;
        this.bucket = bucket;
    }

    Peer peer() {
        return peer;
    }

    Identity identity() {
        return peer.identity();
    }

    /** Shared by all connections of this identity. */
    TokenBucket bucket() {
        return bucket;
    }

    /** Open sessions of this connection. */
    AtomicInteger sessions() {
        return sessions;
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
