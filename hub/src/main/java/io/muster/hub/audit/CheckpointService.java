package io.muster.hub.audit;

import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;
import io.muster.transport.Receiver;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;

/**
 * Takes what nodes send to the hub about themselves: keeps checkpoints, and hands everything else
 * on.
 */
public final class CheckpointService implements Receiver {
    private static final Logger LOG = System.getLogger(CheckpointService.class.getName());

    private static final int LARGEST = 8 * 1024;

    private final Verifier verifier;
    private final Checkpoints checkpoints;
    private final Receiver others;

    /**
     * Ready to be subscribed to the announcements.
     *
     * @param others takes what is no checkpoint
     */
    public CheckpointService(Verifier verifier, Checkpoints checkpoints, Receiver others) {
        this.verifier = verifier;
        this.checkpoints = checkpoints;
        this.others = others;
    }

    /** Takes one message from the bus, whatever it is. Throws nothing: it would come again. */
    @Override
    public void receive(Bytes body) {
        if (!Envelope.claims(body, PayloadType.CHECKPOINT)) {
            others.receive(body);
            return;
        }
        if (body.length() > LARGEST) {
            drop(body.length() + " bytes");
            return;
        }
        try {
            switch (verifier.verify(body, PayloadType.CHECKPOINT, Set.of(Role.NODE))) {
                case Untrusted(var flaw, String problem) -> drop(flaw + ": " + problem);
                case Trusted trusted -> take(trusted, body);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a checkpoint could not be handled", e);
        }
    }

    private void take(Trusted trusted, Bytes body) {
        try {
            var checkpoint = Checkpoint.decode(trusted.payload());
            if (!checkpoint.node().equals(trusted.signer())) {
                drop(trusted.signer().brief() + " speaks for " + checkpoint.node().brief());
                return;
            }
            checkpoints
                    .keep(checkpoint, body)
                    .ifPresent(
                            problem ->
                                    LOG.log(
                                            Level.WARNING,
                                            () ->
                                                    "the audit log of "
                                                            + checkpoint.node().brief()
                                                            + " is not what it was: "
                                                            + problem));
        } catch (MalformedException e) {
            drop(trusted.signer().brief() + ": " + e.problem());
        } catch (IOException e) {
            LOG.log(Level.ERROR, () -> "a checkpoint cannot be kept: " + e.getMessage());
        }
    }

    private static void drop(String problem) {
        LOG.log(Level.DEBUG, () -> "checkpoint dropped: " + Escape.line(problem));
    }
}
