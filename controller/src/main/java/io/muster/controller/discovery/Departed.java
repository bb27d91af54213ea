package io.muster.controller.discovery;

import io.muster.controller.ask.Caller;
import io.muster.filter.Filter;
import io.muster.message.NodeId;
import io.muster.message.Request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the hub which of the targets are not there any more. */
public final class Departed {
    private final Caller caller;
    private final Patience patience;

    public Departed(Caller caller, Patience patience) {
        this.caller = caller;
        this.patience = patience;
    }

    /**
     * Those of these who are away now, as the hub describes them; empty if it does not say. Whom
     * the hub does not know is not known to be away.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Optional<List<Target>> among(List<Target> targets) throws InterruptedException {
        var away = new ArrayList<Target>();
        for (int from = 0; from < targets.size(); from += Request.MAX_TARGETS) {
            var some = targets.subList(from, Math.min(from + Request.MAX_TARGETS, targets.size()));
            var now = ask(some.stream().map(Target::id).toList());
            if (now.isEmpty()) {
                return Optional.empty();
            }
            for (var target : some) {
                Optional.ofNullable(now.get().get(target.id()))
                        .filter(node -> node.presence().offline())
                        .ifPresent(away::add);
            }
        }
        return Optional.of(away);
    }

    private Optional<Map<NodeId, Target>> ask(List<NodeId> nodes) throws InterruptedException {
        var question = Roll.question(Filter.EVERYTHING, nodes, patience.ttl());
        return Roll.call(caller, question, patience)
                .nodes()
                .map(
                        all -> {
                            var byId = new LinkedHashMap<NodeId, Target>();
                            all.forEach(node -> byId.put(node.id(), node));
                            return byId;
                        });
    }
}
