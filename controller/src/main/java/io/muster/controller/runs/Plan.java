package io.muster.controller.runs;

import io.muster.action.ActionClass;
import io.muster.controller.Run;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run was to do: all that is needed to go on with it, but its secrets.
 *
 * @param operator who asked
 * @param collective which nodes were spoken to
 * @param replyTo where the answers come
 * @param arguments the inputs that are not secret
 * @param secrets the names of those that are
 * @param filter which nodes should act
 * @param ttl for how long a node may start each request
 * @param timeout how long to wait for each node
 * @param waits for how long a node that is at another change is waited for
 * @param rollout in which steps it goes out, and what stops it
 * @param approved the request, if there is but one because others approved it
 * @param queue for how long it may wait at the hub for nodes that are away, if it may
 */
public record Plan(
        Identity operator,
        Collective collective,
        ReplyAddress replyTo,
        ActionName action,
        ActionClass actionClass,
        Fields arguments,
        List<String> secrets,
        Filter filter,
        boolean dryRun,
        boolean challenge,
        Duration ttl,
        Duration timeout,
        Duration waits,
        Rollout rollout,
        Optional<Asked> approved,
        Optional<Duration> queue) {
    public Plan {
        secrets = List.copyOf(secrets);
    }

    /** That run, of this caller; nothing of it waits at the hub. */
    public static Plan of(Run run, Rollout rollout, Caller caller) {
        return of(run, rollout, caller, Optional.empty());
    }

    /**
     * The same, which may wait there.
     *
     * @param queue for how long it may wait at the hub, if it may
     */
    public static Plan of(Run run, Rollout rollout, Caller caller, Optional<Duration> queue) {
        return new Plan(
                caller.identity(),
                caller.collective(),
                caller.address(),
                run.action(),
                run.actionClass(),
                run.arguments(),
                run.secrets().names(),
                run.filter(),
                run.dryRun(),
                run.challenge(),
                run.ttl(),
                run.timeout(),
                run.waits(),
                rollout,
                Optional.empty(),
                queue);
    }

    /** One request that was approved. */
    public static Plan of(Request request, Asked approved, Duration timeout, Rollout rollout) {
        return new Plan(
                request.sender(),
                request.collective(),
                request.replyTo(),
                request.action(),
                request.actionClass(),
                request.arguments(),
                List.copyOf(request.sealed().parts().keySet()),
                request.filter(),
                request.dryRun(),
                !request.nonces().isEmpty(),
                request.ttl(),
                timeout,
                Duration.ZERO,
                rollout,
                Optional.of(approved),
                Optional.empty());
    }

    /** The run, to be signed anew; without its secrets. */
    public Run run() {
        return new Run(action, actionClass, arguments, filter, dryRun, ttl, timeout)
                .challenging(challenge)
                .waiting(waits);
    }
}
