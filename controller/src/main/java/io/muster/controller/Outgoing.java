package io.muster.controller;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.controller.ask.Replies;
import io.muster.controller.discovery.Target;
import io.muster.journal.JournalException;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sends the requests of a run: signed, written down, entered in the books, and only then published.
 * For one thread.
 */
final class Outgoing {
    /** Up to this many are sent to one by one, which spares all other nodes the reading. */
    static final int FEW = 10;

    /** For how long a run that has begun waits for a bus that went away. */
    private static final Duration AWAY = Duration.ofMinutes(2);

    private final Caller caller;
    private final Signing signing;
    private final Ledger ledger;
    private final Logbook logbook;
    private Optional<Instant> expires;
    private Optional<String> problem = Optional.empty();
    private boolean dry;
    private boolean begun;
    private final Map<RequestId, Asked> sent = new LinkedHashMap<>();
    private OptionalLong connection;

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
        this.connection = caller.connection();
    }

    /**
     * Sends to these. What goes wrong after something was sent ends the sending, and is kept.
     *
     * @param some whether there are more of them than are sent to at a time here: each gets its own
     *     copy then
     * @param replies lets through what they answer
     * @throws InterruptedException if the thread is interrupted between two requests
     * @throws JournalException if already the first of the run could not be written down
     * @throws TransportException if already the first of the run could not be sent
     */
    void send(List<Target> targets, boolean some, Replies replies) throws InterruptedException {
        var requests = signing.requests().apply(targets);
        if (requests.isEmpty()) {
            dry = true;
            return;
        }
        // What others approved is not made anew, and a run may have paused for long.
        var late = requests.keySet().stream().filter(this::expired).findFirst();
        if (late.isPresent() && !ledger.untouched()) {
            problem = Optional.of("what was approved expired " + late.get().expires());
            return;
        }
        var last = requests.keySet().stream().map(Asked::expires).max(Instant::compareTo);
        expires = expires.filter(at -> at.isAfter(last.orElse(at))).or(() -> last);
        replies.also(roles(requests.keySet()));
        var direct = signing.onePerNode() || some || requests.size() > 1;
        var nothingYet = sent.isEmpty() && ledger.untouched();
        for (var request : requests.entrySet()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try {
                var going = written(request.getKey(), request.getValue());
                if (going.isEmpty()) {
                    continue;
                }
                var each = direct || going.size() < request.getValue().size();
                send(request.getKey(), destinations(going, each), nothingYet);
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

    /**
     * Writes down that it goes out to these, and only then looks a last time whether it may: who
     * cancels says so first, and reads second who was sent to. So one of the two sees the other.
     *
     * @return those to whom it does go out
     */
    private List<Target> written(Asked asked, List<Target> targets) {
        logbook.sending(asked, targets);
        ledger.takeOut(logbook.takenOut());
        var cancelled = logbook.cancelled().isPresent();
        var back = targets.stream().filter(t -> cancelled || ledger.takenOut(t.id())).toList();
        if (!back.isEmpty()) {
            logbook.keptBack(back);
        }
        var going = new ArrayList<>(targets);
        going.removeAll(back);
        ledger.sent(asked.id(), going);
        sent.put(asked.id(), asked);
        return going;
    }

    /**
     * If the bus was lost on the way, sends it once more when it is back: whoever has it already
     * does it no second time.
     */
    private void send(Asked asked, List<Destination> destinations, boolean first)
            throws InterruptedException {
        var before = caller.connection();
        try {
            caller.send(asked, destinations);
        } catch (TransportException e) {
            if (first || !caller.reconnected(before, AWAY)) {
                throw e;
            }
            caller.send(asked, destinations);
        }
    }

    /**
     * If the bus was away since this was called last, sends everything that is owed an answer again
     * as it was: request or answer may have been lost, and a node that has answered says the same
     * again.
     */
    void afterLoss() {
        var now = caller.connection();
        if (now.isEmpty() || now.equals(connection)) {
            return;
        }
        connection = now;
        try {
            if (logbook.cancelled().isPresent()) {
                return;
            }
            ledger.takeOut(logbook.takenOut());
            for (var asked : sent.values()) {
                var open = again(ledger.open(asked.id()));
                if (!open.isEmpty() && caller.now().isBefore(asked.expires())) {
                    caller.send(asked, destinations(open, true));
                }
            }
        } catch (TransportException | JournalException _) {
            // Lost again: its next connection is another one. Or nobody knows who may get it.
        }
    }

    /** Sends an earlier request again, as it was, to those who owe it an answer. */
    void repeat(Asked asked, List<Target> targets) {
        var open = again(targets);
        sent.put(asked.id(), asked);
        if (!open.isEmpty()) {
            caller.send(asked, destinations(open, true));
            ledger.await(open);
        }
    }

    private List<Target> again(List<Target> targets) {
        return targets.stream().filter(target -> !ledger.takenOut(target.id())).toList();
    }

    private List<Destination> destinations(List<Target> targets, boolean direct) {
        return direct || targets.size() <= FEW
                ? targets.stream().<Destination>map(t -> new Destination.Node(t.id())).toList()
                : List.of(new Destination.Requests(caller.collective()));
    }

    private boolean expired(Asked asked) {
        return !caller.now().isBefore(asked.expires());
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
