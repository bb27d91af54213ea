package io.muster.node;

/**
 * Says what may be done here. Called for each request on the thread that received it; must answer
 * at once and never throw.
 */
@FunctionalInterface
public interface Authorizer {
    /** The policy in force now. */
    Policy policy();
}
