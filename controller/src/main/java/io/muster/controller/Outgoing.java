package io.muster.controller;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Target;
import io.muster.journal.JournalException;
import io.muster.message.Role;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the requests of a run: signed, written down, entered in the books, and only then published.
 * For one thread.
 */
final class Outgoing {
    /** Up to this many are sent to one by one, which spares all other nodes the reading. */
    static final int FEW = 10;

    private final Caller caller;
    private final Signing signing;
    private final Ledger ledger;
    private final Logbook logbook;
    private Optional<Instant> expires;
    private Optional<String> problem = Optional.empty();
    private boolean dry;
    private boolean begun;

    /**
     * @param expires until when what was sent earlier may begin
     */
    Outgoing(
            Caller caller,
            Signing signing,
            Ledger ledger,
            Logbook logbook,
            Optional<Instant> expires) {
        this.caller = caller;
        this.signing = signing;
        this.ledger = ledger;
        this.logbook = logbook;
        this.expires = expires;
    }

    /**
     * Sends to these. What goes wrong after something was sent ends the sending, and is kept.
     *
     * @param replies lets through what they answer
     * @throws InterruptedException if the thread is interrupted between two requests
     * @throws JournalException if already the first of the run could not be written down
     * @throws TransportException if already the first of the run could not be sent
     */
    void send(List<Target> targets, Replies replies) throws InterruptedException {
        var requests = signing.requests().apply(targets);
        if (requests.isEmpty()) {
            dry = true;
            return;
        }
        expires = requests.keySet().stream().map(Asked::expires).max(Instant::compareTo);
        replies.also(roles(requests.keySet()));
        var direct = signing.onePerNode() || requests.size() > 1;
        var nothingYet = ledger.untouched();
        for (var request : requests.entrySet()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try {
                logbook.sending(request.getKey(), request.getValue());
                ledger.sent(request.getKey().id(), request.getValue());
                caller.send(request.getKey(), destinations(request.getValue(), direct));
                nothingYet = false;
                begun = true;
            } catch (JournalException | TransportException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (nothingYet) {
                    throw e;
                }
                problem = Optional.of(String.valueOf(e.getMessage()));
                return;
            }
        }
    }

    /** Sends an earlier request again, as it was, to those who owe it an answer. */
    void repeat(Asked asked, List<Target> targets) {
        caller.send(asked, destinations(targets, true));
        ledger.await(targets);
    }

    private List<Destination> destinations(List<Target> targets, boolean direct) {
        return direct || targets.size() <= FEW
                ? targets.stream().<Destination>map(t -> new Destination.Node(t.id())).toList()
                : List.of(new Destination.Requests(caller.collective()));
    }

    /** All of them are for nodes. */
    static Map<Asked, Role> roles(Collection<Asked> requests) {
        var roles = new LinkedHashMap<Asked, Role>();
        requests.forEach(asked -> roles.put(asked, Role.NODE));
        return roles;
    }

    /** Whether something was sent that had not been sent before. */
    boolean begun() {
        return begun;
    }

    /** Whether nothing more can be sent. */
    boolean over() {
        return dry || problem.isPresent();
    }

    /** Why not, if something went wrong. */
    Optional<String> problem() {
        return problem;
    }

    /** Until when something of what was sent may begin. */
    Optional<Instant> expires() {
        return expires;
    }
}
