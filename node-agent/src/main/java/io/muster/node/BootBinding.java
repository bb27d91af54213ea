package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.node.time.Challenge;

import java.util.Optional;

/**
 * Whether a request is meant for the boot that this node is in. What cannot be undone must say so,
 * by that boot or by a nonce of it: whoever carries the request can then not hold it back until the
 * machine has gone down and come up, nor play it again to one whose records were set back.
 *
 * @param boot the boot id of the machine
 */
record BootBinding(NodeId self, String boot) {

    /**
     * Why not, if so: the answer.
     *
     * @param quote what it quotes of this node's nonces; a good one is of this boot
     */
    Optional<Outcome> objection(Request request, Challenge.Quote quote) {
        var bound = Optional.ofNullable(request.bind().get(self));
        if (bound.isPresent()) {
            return bound.get().equals(boot)
                    ? Optional.empty()
                    : refuse(
                            Reason.OTHER_BOOT,
                            "meant for an earlier boot of this node, which has booted since: it is"
                                    + " not done in this one; ask again if it is still wanted");
        }
        return request.actionClass() != ActionClass.DESTRUCTIVE || quote == Challenge.Quote.GOOD
                ? Optional.empty()
                : refuse(
                        Reason.NOT_BOUND,
                        "what is destructive says which boot of this node it is meant for, and this"
                                + " does not: muster run does by itself, other programs name it in"
                                + " bind");
    }

    private static Optional<Outcome> refuse(Reason reason, String message) {
        return Optional.of(new Outcome.Refused(reason, message));
    }
}
