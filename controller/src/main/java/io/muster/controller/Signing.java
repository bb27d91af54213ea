package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
import io.muster.controller.discovery.Nonces;
import io.muster.controller.discovery.Target;
import io.muster.message.Bounds;
import io.muster.message.NodeId;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How to make the requests for some of the targets of a run.
 *
 * @param onePerNode sends to each node's own queue, as the request names more nodes than those
 * @param queued makes what is left at the hub for one that is away, if that is wanted
 * @param waits for how long one that is at another change is waited for, and sent another request
 */
public record Signing(
        Requests requests,
        boolean onePerNode,
        Optional<Function<Target, Asked>> queued,
        Duration waits) {
    /**
     * More than this many get a request for each so many, sent to its own targets one by one. One
     * list of all, read by all, costs bus and nodes the square of their number: at ten thousand
     * nodes 1.5 GB.
     */
    static final int SHARE = 100;

    /** Makes the requests for some of the targets. */
    @FunctionalInterface
    public interface Requests {
        /**
         * Each with those whom it is for.
         *
         * @throws InterruptedException if the thread is interrupted meanwhile
         */
        Map<Asked, List<Target>> apply(List<Target> targets) throws InterruptedException;
    }

    /** How a request that was approved, and that names all of the targets, is sent as it is. */
    public static Signing signed(Asked approved) {
        return new Signing(batch -> Map.of(approved, batch), true, Optional.empty(), Duration.ZERO);
    }

    /** How a run whose requests cannot be made any more sends nothing further. */
    public static Signing nothing() {
        return new Signing(_ -> Map.of(), false, Optional.empty(), Duration.ZERO);
    }

    /** Each time anew, for those alone. */
    static Signing anew(Caller caller, Run run, int inAll) {
        var nonces = new Nonces(caller);
        return new Signing(
                some -> sign(caller, nonces, run, some, inAll),
                false,
                Optional.empty(),
                run.waits());
    }

    /** The same, which also leaves it at the hub for those who are away, for so long. */
    public Signing queueing(Caller caller, Run run, int inAll, Duration ttl) {
        var bounds = inAll > 1 ? Bounds.targets(inAll) : Bounds.NONE;
        return new Signing(
                requests,
                onePerNode,
                Optional.of(
                        target ->
                                caller.signQueued(
                                        question(run, List.of(target), Map.of(), ttl, bounds))),
                waits);
    }

    private static Map<Asked, List<Target>> sign(
            Caller caller, Nonces nonces, Run run, List<Target> targets, int inAll)
            throws InterruptedException {
        var requests = new LinkedHashMap<Asked, List<Target>>();
        var most = run.secrets().mostTargets(SHARE);
        for (int from = 0; from < targets.size(); from += most) {
            var share = targets.subList(from, Math.min(from + most, targets.size()));
            var bounds = inAll > share.size() ? Bounds.targets(inAll) : Bounds.NONE;
            requests.put(sign(caller, nonces, run, share, run.ttl(), bounds), share);
        }
        return requests;
    }

    /** One request for all of these, which quotes the nonces of those who want that. */
    static Asked sign(
            Caller caller,
            Nonces nonces,
            Run run,
            List<Target> targets,
            Duration ttl,
            Bounds bounds)
            throws InterruptedException {
        var quoted = run.quotes() ? nonces.of(targets) : Map.<NodeId, String>of();
        var question = question(run, targets, quoted, ttl, bounds);
        return run.followed() ? caller.signFollowed(question) : caller.sign(question);
    }

    private static Question question(
            Run run,
            List<Target> targets,
            Map<NodeId, String> nonces,
            Duration ttl,
            Bounds bounds) {
        var bind = new LinkedHashMap<NodeId, String>();
        if (run.actionClass() == ActionClass.DESTRUCTIVE) {
            targets.forEach(t -> t.boot().ifPresent(boot -> bind.put(t.id(), boot)));
        }
        return new Question(
                run.action(),
                run.actionClass(),
                run.arguments(),
                run.filter(),
                Optional.of(targets.stream().map(Target::id).toList()),
                bind,
                nonces,
                run.dryRun(),
                ttl,
                bounds,
                run.secrets());
    }
}
