package io.muster.controller;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.discovery.Target;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.queue.Standing;
import io.muster.journal.JournalException;
import io.muster.message.Reason;
import io.muster.message.RequestId;
import io.muster.queue.QueueState;
import io.muster.transport.TransportException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Leaves at the hub what a run has for nodes that are away, and asks there how far that came. What
 * the hub would not keep waits nowhere, and its node is as if nothing had been left; of what it did
 * not answer about it is said that nobody knows. For one thread.
 */
final class Queueing {
    /** The same request twice waits once, so that it can be said again. */
    private static final int TRIES = 2;

    private final QueueDesk desk;
    private final Ledger ledger;
    private final Logbook logbook;

    /** Why nothing more is left there, once that is so. */
    private Optional<Standing.Refused> over = Optional.empty();

    Queueing(QueueDesk desk, Ledger ledger, Logbook logbook) {
        this.desk = desk;
        this.ledger = ledger;
        this.logbook = logbook;
    }

    /**
     * Leaves one for each of those who are away, unless the run is cancelled meanwhile. What an
     * earlier process may have left there is left there once more as it was.
     *
     * @param signing makes the request for a target
     * @return why that could not be gone on with, if so
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Optional<String> leave(Past past, Function<Target, Asked> signing, Predicate<Asked> valid)
            throws InterruptedException {
        var unsure = past.requests();
        unsure.removeIf(
                asked ->
                        !(past.queue().get(asked.id()) instanceof Standing.Unsure)
                                || ledger.open(asked.id()).isEmpty()
                                || !valid.test(asked));
        for (var share : QueueDesk.shares(unsure)) {
            put(share);
        }
        var targets = new LinkedHashMap<RequestId, Target>();
        var requests = new ArrayList<Asked>();
        for (var target : ledger.away()) {
            var asked = signing.apply(target);
            targets.put(asked.id(), target);
            requests.add(asked);
        }
        try {
            var done = 0;
            for (var share : QueueDesk.shares(requests)) {
                if (logbook.cancelled().isPresent()) {
                    return Optional.empty();
                }
                ledger.takeOut(logbook.takenOut());
                var going = share.stream().filter(asked -> !out(asked, targets)).toList();
                if (over.isPresent()) {
                    var left = going.stream().map(asked -> target(asked, targets)).toList();
                    ledger.unqueued(left, over.get());
                } else if (!going.isEmpty()) {
                    leave(going, targets);
                }
                done += share.size();
                logbook.leaving(done, requests.size());
            }
            return Optional.empty();
        } catch (JournalException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (HubException | TransportException e) {
            return Optional.of(
                    "what was left at the hub while the run was cancelled is not taken back, and"
                            + " muster queue withdraw does that: "
                            + e.getMessage());
        }
    }

    private static Target target(Asked asked, Map<RequestId, Target> targets) {
        return Optional.ofNullable(targets.get(asked.id())).orElseThrow();
    }

    private void leave(List<Asked> share, Map<RequestId, Target> targets)
            throws InterruptedException {
        var ids = share.stream().map(Asked::id).toList();
        logbook.queued(new Standing.Unsure(), ids);
        for (var asked : share) {
            var target = target(asked, targets);
            logbook.sending(asked, List.of(target));
            ledger.queued(asked.id(), target, new Standing.Unsure());
        }
        put(share);
        // Whoever cancelled meanwhile could not know of these.
        ledger.takeOut(logbook.takenOut());
        var all = logbook.cancelled().isPresent();
        var back = share.stream().filter(a -> all || out(a, targets)).map(Asked::id).toList();
        if (!back.isEmpty()) {
            enter(QueueDesk.standings(desk.withdraw(back)));
        }
    }

    private boolean out(Asked asked, Map<RequestId, Target> targets) {
        return ledger.takenOut(target(asked, targets).id());
    }

    /** What nothing is known of is in the books as that already. */
    private void put(List<Asked> share) throws InterruptedException {
        for (int tried = 1; over.isEmpty(); tried++) {
            try {
                enter(standings(share, desk.put(share)));
                return;
            } catch (HubException e) {
                if (e.refusal().isPresent()) {
                    refuse(share, e.refusal().get(), String.valueOf(e.getMessage()));
                } else if (tried == TRIES) {
                    over = Optional.of(refused(e));
                }
            } catch (TransportException e) {
                over = Optional.of(refused(e));
            }
        }
    }

    private static Standing.Refused refused(RuntimeException e) {
        return new Standing.Refused(String.valueOf(e.getMessage()), true);
    }

    /** None of these is kept, and none of others either. */
    private void refuse(List<Asked> share, Reason reason, String why) {
        var refused = new Standing.Refused(why, reason == Reason.BUSY);
        var standings = new LinkedHashMap<RequestId, Standing>();
        share.forEach(asked -> standings.put(asked.id(), refused));
        enter(standings);
        over = Optional.of(refused);
    }

    private static Map<RequestId, Standing> standings(
            List<Asked> share, Map<RequestId, String> refused) {
        var standings = new LinkedHashMap<RequestId, Standing>();
        for (var asked : share) {
            var why = Optional.ofNullable(refused.get(asked.id()));
            standings.put(
                    asked.id(),
                    why.<Standing>map(text -> new Standing.Refused("the hub: " + text, true))
                            .orElse(new Standing.There(QueueState.WAITING)));
        }
        return standings;
    }

    /**
     * Asks how far has come what nodes did not tell of. If the hub does not answer, it stands as it
     * stood.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void look(Past past) throws InterruptedException {
        var open = past.queue().keySet().stream().filter(id -> !ledger.open(id).isEmpty()).toList();
        if (open.isEmpty()) {
            return;
        }
        try {
            var told = QueueDesk.standings(desk.look(open));
            var standings = new LinkedHashMap<RequestId, Standing>();
            for (var id : open) {
                var never = past.queue().get(id) instanceof Standing.Unsure;
                var known = Optional.ofNullable(told.get(id));
                if (known.isPresent() || !never) {
                    standings.put(id, known.orElse(new Standing.Forgotten()));
                }
            }
            enter(standings);
        } catch (HubException | TransportException _) {
            // Nothing more is known than before.
        }
    }

    private void enter(Map<RequestId, Standing> standings) {
        var alike = new LinkedHashMap<Standing, List<RequestId>>();
        standings.forEach(
                (id, standing) -> {
                    ledger.queued(id, standing);
                    alike.computeIfAbsent(standing, _ -> new ArrayList<>()).add(id);
                });
        alike.forEach(logbook::queued);
    }
}
