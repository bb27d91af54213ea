package io.muster.node;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * What a request must be before a node looks at what it asks for: for its fleet, understood, and in
 * time.
 */
record Admission(
        Identity self, Set<Collective> collectives, NodeLimits limits, InstantSource clock) {

    /** Why not, if so: the answer. */
    Optional<Outcome> objection(Request request) {
        if (!request.fleet().equals(self.fleet()) || !collectives.contains(request.collective())) {
            return refuse(Reason.WRONG_FLEET, "this node is in " + collectives);
        }
        if (!request.critical().isEmpty()) {
            return refuse(Reason.NOT_UNDERSTOOD, "needs " + String.join(", ", request.critical()));
        }
        return untimely(request);
    }

    private Optional<Outcome> untimely(Request request) {
        var now = clock.instant();
        if (request.issued().isAfter(now.plus(limits.skew()))) {
            return refuse(
                    Reason.FROM_FUTURE, "issued at " + request.issued() + ", here it is " + now);
        }
        if (!now.isBefore(request.expires())) {
            return Optional.of(
                    new Outcome.Expired("expired at " + request.expires() + ", here it is " + now));
        }
        var ttl = limits.maxTtl(request.actionClass());
        if (request.ttl().compareTo(ttl) > 0) {
            return refuse(
                    Reason.TTL_TOO_LONG,
                    "valid for " + request.ttl() + ", and " + ttl + " is the most for its class");
        }
        return Optional.empty();
    }

    private static Optional<Outcome> refuse(Reason reason, String message) {
        return Optional.of(new Outcome.Refused(reason, message));
    }
}
