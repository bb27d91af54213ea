package io.muster.node;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.node.time.Challenge;
import io.muster.node.time.HighWater;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * What a request must be before a node looks at what it asks for: for its fleet, understood, and in
 * time.
 */
record Admission(
        Identity self,
        Set<Collective> collectives,
        NodeLimits limits,
        InstantSource clock,
        HighWater mark) {

    /**
     * Why not, if so: the answer.
     *
     * @param quote what it quotes of this node's nonces: a good one makes it timely
     */
    Optional<Outcome> objection(Request request, Challenge.Quote quote) {
        if (isForeign(request)) {
            return refuse(Reason.WRONG_FLEET, "this node is in " + collectives);
        }
        if (!request.critical().isEmpty()) {
            return refuse(Reason.NOT_UNDERSTOOD, "needs " + String.join(", ", request.critical()));
        }
        var ttl = limits.maxTtl(request);
        if (request.ttl().compareTo(ttl) > 0) {
            return refuse(
                    Reason.TTL_TOO_LONG,
                    "valid for " + request.ttl() + ", and " + ttl + " is the most for its class");
        }
        return switch (quote) {
            case GOOD -> Optional.empty();
            case BAD ->
                    refuse(
                            Reason.STALE_NONCE,
                            "quotes a nonce that is not this node's, was used, or is too old; here"
                                    + " it is "
                                    + clock.instant());
            case NONE -> untimely(request, clock.instant());
        };
    }

    private boolean isForeign(Request request) {
        return !request.fleet().equals(self.fleet()) || !collectives.contains(request.collective());
    }

    /** Whether it is for others, or its time is over. */
    boolean never(Request request) {
        return isForeign(request)
                || (!request.nonces().containsKey(self.nodeId())
                        && !clock.instant().isBefore(request.expires()));
    }

    private Optional<Outcome> untimely(Request request, Instant now) {
        if (request.issued().isAfter(now.plus(limits.skew()))) {
            return refuse(
                    Reason.FROM_FUTURE, "issued at " + request.issued() + ", here it is " + now);
        }
        if (!now.isBefore(request.expires())) {
            return Optional.of(
                    new Outcome.Expired("expired at " + request.expires() + ", here it is " + now));
        }
        return !request.changes()
                ? Optional.empty()
                : mark.objection(now)
                        .flatMap(
                                why ->
                                        refuse(
                                                Reason.CLOCK_BEHIND,
                                                "here it is " + now + ", and " + why));
    }

    private static Optional<Outcome> refuse(Reason reason, String message) {
        return Optional.of(new Outcome.Refused(reason, message));
    }
}
