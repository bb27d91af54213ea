package io.muster.hub.presence;

import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One announcement of a node of the fleet {@code test}, with everything usual but what a test says.
 */
record Said(
        String id,
        Kind kind,
        long sequence,
        Instant sent,
        String boot,
        String machine,
        Fields facts,
        String nonce) {
    /** Of a node that trusts its clock. */
    Said(
            String id,
            Kind kind,
            long sequence,
            Instant sent,
            String boot,
            String machine,
            Fields facts) {
        this(id, kind, sequence, sent, boot, machine, facts, "");
    }

    static final Duration MINUTE = Duration.ofMinutes(1);

    static Said up(String id, long sequence, Instant sent) {
        return new Said(id, Kind.UP, sequence, sent, "boot-1", "machine-" + id, Fields.EMPTY);
    }

    Said kind(Kind other) {
        return new Said(id, other, sequence, sent, boot, machine, facts, nonce);
    }

    Said boot(String other) {
        return new Said(id, kind, sequence, sent, other, machine, facts, nonce);
    }

    Said machine(String other) {
        return new Said(id, kind, sequence, sent, boot, other, facts, nonce);
    }

    Said facts(Fields other) {
        return new Said(id, kind, sequence, sent, boot, machine, other, nonce);
    }

    Said nonce(String other) {
        return new Said(id, kind, sequence, sent, boot, machine, facts, other);
    }

    Announcement announcement() {
        return announcement(MINUTE);
    }

    Announcement announcement(Duration interval) {
        return new Announcement(
                Identity.node("test", new NodeId(id)),
                id + ".example.org",
                List.of(Collective.MAIN),
                kind,
                sequence,
                sent,
                interval,
                boot,
                machine,
                "0.1.0",
                List.of("role::" + id),
                List.of(new ActionName("node.ping")),
                Optional.of(nonce).filter(text -> !text.isEmpty()),
                facts.equals(Fields.EMPTY) ? Optional.empty() : Optional.of(facts));
    }
}
