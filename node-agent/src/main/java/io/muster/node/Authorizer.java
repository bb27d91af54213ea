package io.muster.node;

import io.muster.policy.Policy;
import io.muster.policy.Situation;

/**
 * Says what may be done here. Called for each request on the thread that received it; must answer
 * at once and never throw.
 */
@FunctionalInterface
public interface Authorizer {
    /** The policy in force now. */
    Policy policy();

    /** What this node may rely on about itself; asked only if the policy looks at it. */
    default Situation situation() {
        return Situation.UNKNOWN;
    }
}
