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
 * @param waits for how long a node that is at another change is waited for
 * @param followed whether to hear how it goes while it is under way
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
        Secrets secrets,
        Duration waits,
        boolean followed) {

    /** One that goes by the nodes' clocks, has no secrets, and waits for nobody. */
    public Run(
            ActionName action,
            ActionClass actionClass,
            Fields arguments,
            Filter filter,
            boolean dryRun,
            Duration ttl,
            Duration timeout) {
        this(
                action,
                actionClass,
                arguments,
                filter,
                dryRun,
                false,
                ttl,
                timeout,
                Secrets.NONE,
                Duration.ZERO,
                false);
    }

    /** The same, with secrets. */
    public Run telling(Secrets secretly) {
        return with(challenge, secretly, waits, followed);
    }

    /** The same, quoting nonces or not. */
    public Run challenging(boolean nonces) {
        return with(nonces, secrets, waits, followed);
    }

    /** The same, waiting so long for a node that is at another change. */
    public Run waiting(Duration time) {
        return with(challenge, secrets, time, followed);
    }

    /** The same, to be followed or not. */
    public Run following(boolean follow) {
        return with(challenge, secrets, waits, follow);
    }

    private Run with(boolean nonces, Secrets secretly, Duration time, boolean follow) {
        return new Run(
                action,
                actionClass,
                arguments,
                filter,
                dryRun,
                nonces,
                ttl,
                timeout,
                secretly,
                time,
                follow);
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
