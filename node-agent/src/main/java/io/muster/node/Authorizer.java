package io.muster.node;

import io.muster.policy.Policy;
import io.muster.policy.Situation;

import java.util.Optional;

/**
 * Says what may be done here. Called for each request on the thread that received it; must answer
 * at once and never throw.
 */
@FunctionalInterface
public interface Authorizer {
    /** The policy in force now. */
    Policy policy();

    /** What is wrong with that policy, or with another that was to take its place. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** What this node may rely on about itself; asked only if the policy looks at it. */
    default Situation situation() {
        return Situation.UNKNOWN;
    }
}
