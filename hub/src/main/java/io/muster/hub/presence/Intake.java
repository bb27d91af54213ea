package io.muster.hub.presence;

import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads announcements, wherever they come from: only what a node of this fleet signed about itself
 * is one. Thread-safe.
 */
public final class Intake {
    private static final Logger LOG = System.getLogger(Intake.class.getName());
    private static final long MAX_FACT_BYTES = 160 * 1024;
    private static final int MAX_NAME = 253;
    private static final int MAX_WORD = 128;
    private static final int MAX_COLLECTIVES = 64;

    private final Verifier verifier;
    private final Function<NodeId, Set<Collective>> collectives;
    private final Sharing sharing = new Sharing();
    private final Complaints complaints = Complaints.in(LOG);

    /** What a message was. */
    sealed interface Read {
        /**
         * An announcement.
         *
         * @param said as the node said it
         * @param kept in no collective but its own, and with the facts it shares with others
         * @param certificate that it was signed with, in DER
         */
        record Genuine(Announcement said, Announcement kept, Bytes certificate) implements Read {
            NodeId id() {
                return said.node().nodeId();
            }
        }

        /** No node's own announcement. */
        record Refused(String problem) implements Read {}
    }

    /**
     * Reads what verifies.
     *
     * @param collectives which a node is in; what it says itself can only be less
     */
    public Intake(Verifier verifier, Function<NodeId, Set<Collective>> collectives) {
        this.verifier = verifier;
        this.collectives = collectives;
    }

    /** Looks at one message, whatever it is. */
    Read read(Bytes body) {
        if (body.length() > Envelope.MAX_SIZE) {
            return new Read.Refused(body.length() + " bytes");
        }
        Envelope envelope;
        try {
            envelope = Envelope.decode(body);
        } catch (MalformedException e) {
            return new Read.Refused(e.problem());
        }
        return switch (verifier.verify(envelope, PayloadType.ANNOUNCEMENT, Set.of(Role.NODE))) {
            case Untrusted(var flaw, String problem) -> new Read.Refused(flaw + ": " + problem);
            case Trusted trusted -> read(trusted, envelope.certificates().getFirst());
        };
    }

    /**
     * Looks again at what {@link #read} found genuine, and what only this hub can have changed
     * since: the signature is not checked, which is nearly all of the work.
     */
    Read reread(Bytes body) {
        try {
            var envelope = Envelope.decode(body);
            var said = Announcement.decode(envelope.payload());
            return new Read.Genuine(said, kept(said), envelope.certificates().getFirst());
        } catch (MalformedException e) {
            return new Read.Refused(e.problem());
        }
    }

    private Read read(Trusted trusted, Bytes certificate) {
        Announcement said;
        try {
            said = Announcement.decode(trusted.payload());
        } catch (MalformedException e) {
            return new Read.Refused(trusted.signer().brief() + ": " + e.problem());
        }
        if (!said.node().equals(trusted.signer())) {
            return new Read.Refused(
                    trusted.signer().brief() + " speaks for " + said.node().brief());
        }
        if (outsized(said)) {
            return new Read.Refused(
                    said.node().brief()
                            + ": a name, boot or machine id, or version out of proportion");
        }
        return new Read.Genuine(said, kept(said), certificate);
    }

    /** What is told about every node must be small, or one node could fill everybody's answers. */
    private static boolean outsized(Announcement said) {
        return said.name().length() > MAX_NAME
                || said.boot().length() > MAX_WORD
                || said.machine().length() > MAX_WORD
                || said.version().length() > MAX_WORD
                || said.nonce().filter(nonce -> nonce.length() > MAX_WORD).isPresent()
                || said.collectives().size() > MAX_COLLECTIVES;
    }

    private Announcement kept(Announcement said) {
        var own = collectives.apply(said.node().nodeId());
        return new Announcement(
                said.node(),
                said.name(),
                said.collectives().stream().filter(own::contains).toList(),
                said.kind(),
                said.sequence(),
                said.sent(),
                said.interval(),
                said.boot(),
                said.machine(),
                said.version(),
                said.classes(),
                said.actions(),
                said.nonce(),
                said.facts().flatMap(facts -> shared(said, facts)),
                said.standing());
    }

    private Optional<Fields> shared(Announcement said, Fields facts) {
        if (Extent.of(facts).bytes() > MAX_FACT_BYTES) {
            complaints.add(
                    Level.WARNING,
                    "presence: " + said.node().brief() + ": too many facts, not kept");
            return Optional.empty();
        }
        return Optional.of(sharing.share(facts));
    }
}
