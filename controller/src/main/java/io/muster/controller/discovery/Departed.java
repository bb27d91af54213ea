package io.muster.controller.discovery;

import io.muster.controller.ask.Caller;

import java.util.List;
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
        var ids = targets.stream().map(Target::id).toList();
        return Roll.about(caller, ids, patience)
                .map(
                        now ->
                                ids.stream()
                                        .flatMap(id -> Optional.ofNullable(now.get(id)).stream())
                                        .filter(node -> node.presence().offline())
                                        .toList());
    }
}
