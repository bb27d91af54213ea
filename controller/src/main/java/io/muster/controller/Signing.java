package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Question;
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
 */
public record Signing(
        Function<List<Target>, Map<Asked, List<Target>>> requests,
        boolean onePerNode,
        Optional<Function<Target, Asked>> queued) {
    /**
     * More than this many get a request for each so many, sent to its own targets one by one. One
     * list of all, read by all, costs bus and nodes the square of their number: at ten thousand
     * nodes 1.5 GB.
     */
    static final int SHARE = 100;

    /** How a request that was approved, and that names all of the targets, is sent as it is. */
    public static Signing signed(Asked approved) {
        return new Signing(batch -> Map.of(approved, batch), true, Optional.empty());
    }

    /** How a run whose requests cannot be made any more sends nothing further. */
    public static Signing nothing() {
        return new Signing(_ -> Map.of(), false, Optional.empty());
    }

    /** Each time anew, for those alone. */
    static Signing anew(Caller caller, Run run, int inAll) {
        return new Signing(some -> sign(caller, run, some, inAll), false, Optional.empty());
    }

    /** The same, which also leaves it at the hub for those who are away, for so long. */
    public Signing queueing(Caller caller, Run run, int inAll, Duration ttl) {
        var bounds = inAll > 1 ? Bounds.targets(inAll) : Bounds.NONE;
        return new Signing(
                requests,
                onePerNode,
                Optional.of(
                        target -> caller.signQueued(question(run, List.of(target), ttl, bounds))));
    }

    private static Map<Asked, List<Target>> sign(
            Caller caller, Run run, List<Target> targets, int inAll) {
        var requests = new LinkedHashMap<Asked, List<Target>>();
        var most = run.secrets().mostTargets(SHARE);
        for (int from = 0; from < targets.size(); from += most) {
            var share = targets.subList(from, Math.min(from + most, targets.size()));
            var bounds = inAll > share.size() ? Bounds.targets(inAll) : Bounds.NONE;
            requests.put(caller.sign(question(run, share, run.ttl(), bounds)), share);
        }
        return requests;
    }

    /** What is asked of these. */
    static Question question(Run run, List<Target> targets, Duration ttl, Bounds bounds) {
        var bind = new LinkedHashMap<NodeId, String>();
        if (run.actionClass() == ActionClass.DESTRUCTIVE) {
            targets.forEach(t -> t.boot().ifPresent(boot -> bind.put(t.id(), boot)));
        }
        var nonces = new LinkedHashMap<NodeId, String>();
        if (run.challenge()) {
            targets.forEach(t -> t.nonce().ifPresent(nonce -> nonces.put(t.id(), nonce)));
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
