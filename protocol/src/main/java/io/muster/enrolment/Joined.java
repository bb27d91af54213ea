package io.muster.enrolment;

import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.security.Credentials;

import java.util.List;

/**
 * What a machine has after joining.
 *
 * @param credentials its key, its certificate, and whom it trusts; checked against each other and
 *     against the pinned root
 * @param collectives which collectives it is in
 * @param broker where the bus is
 */
public record Joined(Credentials credentials, List<Collective> collectives, Endpoint broker) {
    public Joined {
        collectives = List.copyOf(collectives);
    }
}
