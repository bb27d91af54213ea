package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.ask.Secrets;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Spans;
import io.muster.message.Value.Fields;

import java.time.Duration;

/**
 * One use of an action.
 *
 * @param action what to do
 * @param actionClass how much it can hurt
 * @param arguments its inputs, valid by its spec
 * @param filter which nodes should act; each judges for itself once more
 * @param dryRun only say what would be done
 * @param challenge whether what changes something quotes the nonces that nodes announced, so that
 *     their clocks do not matter
 * @param ttl for how long a node may start it
 * @param timeout how long to wait for the answers
 * @param secrets inputs that only the targets may see
 */
public record Run(
        ActionName action,
        ActionClass actionClass,
        Fields arguments,
        Filter filter,
        boolean dryRun,
        boolean challenge,
        Duration ttl,
        Duration timeout,
        Secrets secrets) {

    /** One that goes by the nodes' clocks, and has no secrets. */
    public Run(
            ActionName action,
            ActionClass actionClass,
            Fields arguments,
            Filter filter,
            boolean dryRun,
            Duration ttl,
            Duration timeout) {
        this(action, actionClass, arguments, filter, dryRun, false, ttl, timeout, Secrets.NONE);
    }

    /** The same, with secrets. */
    public Run telling(Secrets secretly) {
        return new Run(
                action, actionClass, arguments, filter, dryRun, challenge, ttl, timeout, secretly);
    }

    /** The same, quoting nonces or not. */
    public Run challenging(boolean nonces) {
        return new Run(
                action, actionClass, arguments, filter, dryRun, nonces, ttl, timeout, secrets);
    }

    /** Whether nonces are quoted: what only looks, or only stops something, always does that. */
    boolean quotes() {
        return challenge
                || dryRun
                || actionClass == ActionClass.READ
                || action.equals(BuiltIn.NODE_CANCEL.name());
    }

    /**
     * @throws IllegalArgumentException if no node would accept a request that is valid for so long
     */
    public Run {
        if (!ttl.isPositive() || ttl.compareTo(actionClass.maxTtl()) > 0) {
            throw new IllegalArgumentException(
                    "a request of the class "
                            + actionClass
                            + " is valid for at most "
                            + Spans.print(actionClass.maxTtl()));
        }
    }
}
