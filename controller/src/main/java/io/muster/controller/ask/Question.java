package io.muster.controller.ask;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.filter.Filter;
import io.muster.message.ActionName;
import io.muster.message.Bounds;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be asked, before it is signed.
 *
 * @param action what to do
 * @param actionClass what the asker takes the action to be
 * @param arguments its inputs
 * @param filter which nodes should act
 * @param targets the frozen list; absent when looking for nodes, or asking the hub
 * @param bind per target the boot id it must still have
 * @param nonces per target the nonce that it announced; those of others are left out
 * @param dryRun only say what would be done
 * @param ttl for how long it may be started
 * @param bounds how many approvals it needs, and how many targets the run has in all
 * @param secrets inputs that only the targets may see
 */
public record Question(
        ActionName action,
        ActionClass actionClass,
        Fields arguments,
        Filter filter,
        Optional<List<NodeId>> targets,
        Map<NodeId, String> bind,
        Map<NodeId, String> nonces,
        boolean dryRun,
        Duration ttl,
        Bounds bounds,
        Secrets secrets) {

    /** A question that quotes no nonces, is bound to nothing and has no secrets. */
    public Question(
            ActionName action,
            ActionClass actionClass,
            Fields arguments,
            Filter filter,
            Optional<List<NodeId>> targets,
            Map<NodeId, String> bind,
            boolean dryRun,
            Duration ttl) {
        this(
                action,
                actionClass,
                arguments,
                filter,
                targets,
                bind,
                Map.of(),
                dryRun,
                ttl,
                Bounds.NONE,
                Secrets.NONE);
    }

    public Question {
        targets = targets.map(List::copyOf);
        bind = Collections.unmodifiableMap(new LinkedHashMap<>(bind));
        nonces = Collections.unmodifiableMap(only(nonces, targets));
    }

    private static Map<NodeId, String> only(
            Map<NodeId, String> nonces, Optional<List<NodeId>> targets) {
        var theirs = new LinkedHashMap<>(nonces);
        theirs.keySet().retainAll(targets.map(HashSet::new).orElseGet(HashSet::new));
        return theirs;
    }

    /** To whoever matches: a search, so nothing but {@code spec}'s action without inputs. */
    public static Question toAll(ActionSpec spec, Filter filter, Duration ttl) {
        return new Question(
                spec.name(),
                spec.actionClass(),
                Fields.EMPTY,
                filter,
                Optional.empty(),
                Map.of(),
                false,
                ttl);
    }
}
