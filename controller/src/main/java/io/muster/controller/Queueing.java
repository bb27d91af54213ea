package io.muster.controller;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Hub;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.discovery.Patience;
import io.muster.controller.discovery.Target;
import io.muster.controller.queue.QueueDesk;
import io.muster.journal.JournalException;
import io.muster.message.Escape;
import io.muster.message.RequestId;
import io.muster.queue.QueueState;
import io.muster.transport.TransportException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Leaves at the hub what a run has for nodes that are away, and asks there how far that came. What
 * may have been left counts as handed out until the hub has said that it waits. For one thread.
 */
final class Queueing {
    private final QueueDesk desk;
    private final Ledger ledger;
    private final Logbook logbook;

    Queueing(Caller caller, Ledger ledger, Logbook logbook) {
        this.desk = new QueueDesk(new Hub(caller, Patience.DEFAULT.hub()));
        this.ledger = ledger;
        this.logbook = logbook;
    }

    /**
     * Leaves one for each of those who are away, unless the run is cancelled meanwhile.
     *
     * @param signing makes the request for a target
     * @return why some were not left there, if so
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Optional<String> leave(Function<Target, Asked> signing) throws InterruptedException {
        var targets = new LinkedHashMap<RequestId, Target>();
        var requests = new ArrayList<Asked>();
        for (var target : ledger.away()) {
            var asked = signing.apply(target);
            targets.put(asked.id(), target);
            requests.add(asked);
        }
        try {
            for (var share : QueueDesk.shares(requests)) {
                if (logbook.cancelled().isPresent()) {
                    return Optional.empty();
                }
                leave(share, targets);
            }
            return Optional.empty();
        } catch (HubException | JournalException | TransportException e) {
            var why = Escape.line(String.valueOf(e.getMessage()));
            return Optional.of("not left at the hub for all who are away: " + why);
        }
    }

    private void leave(List<Asked> share, Map<RequestId, Target> targets)
            throws InterruptedException {
        var ids = share.stream().map(Asked::id).toList();
        logbook.queued(QueueState.HANDED, ids);
        for (var asked : share) {
            var target = Optional.ofNullable(targets.get(asked.id())).orElseThrow();
            logbook.sending(asked, List.of(target));
            ledger.queued(asked.id(), target, QueueState.HANDED);
        }
        desk.put(share);
        enter(QueueState.WAITING, ids);
        if (logbook.cancelled().isPresent()) {
            // Whoever cancelled could not know of these.
            desk.withdraw(ids).forEach(entry -> enter(entry.state(), List.of(entry.id())));
        }
    }

    /**
     * Asks how far what the nodes themselves did not tell of has come. If the hub does not answer,
     * it stands as it stood.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void look(Past past) throws InterruptedException {
        var open = past.queue().keySet().stream().filter(id -> !ledger.open(id).isEmpty()).toList();
        if (open.isEmpty()) {
            return;
        }
        try {
            var unknown = new ArrayList<>(open);
            for (var entry : desk.look(open)) {
                if (unknown.remove(entry.id())) {
                    enter(entry.state(), List.of(entry.id()));
                }
            }
            if (!unknown.isEmpty()) {
                enter(QueueState.HANDED, unknown);
            }
        } catch (HubException | TransportException _) {
            // Nothing more is known than before.
        }
    }

    private void enter(QueueState state, List<RequestId> ids) {
        ids.forEach(id -> ledger.queued(id, state));
        logbook.queued(state, ids);
    }
}
