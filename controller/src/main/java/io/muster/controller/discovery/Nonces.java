package io.muster.controller.discovery;

import io.muster.controller.ask.Caller;
import io.muster.message.NodeId;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is quoted to nodes that do not go by their clocks. A nonce is good for some minutes, and for
 * one change; so the hub is asked for the newest each time that something is signed for a node that
 * announced one, and for no other node. For one thread.
 */
public final class Nonces {
    /** A nonce that was used is followed by another one within a moment. */
    private static final Duration FOLLOWS = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The hub is waited for longer than by people, as going on without it may go wrong. */
    private static final Patience PATIENCE =
            new Patience(
                    Patience.DEFAULT.window(),
                    Patience.DEFAULT.limit(),
                    Duration.ofSeconds(10),
                    Patience.DEFAULT.ttl());

    /** For so long a hub that did not answer is not waited for once more. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Caller caller;
    private OptionalLong silent = OptionalLong.empty();

    public Nonces(Caller caller) {
        this.caller = caller;
    }

    /**
     * The newest nonce of each of these that announced one when it was found. If the hub does not
     * answer it is that one, unless it was used already; who has none goes by its clock.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public Map<NodeId, String> of(List<Target> targets) throws InterruptedException {
        var nonces = new LinkedHashMap<NodeId, String>();
        targets.forEach(target -> target.nonce().ifPresent(n -> nonces.put(target.id(), n)));
        if (nonces.isEmpty()) {
            return nonces;
        }
        var until = caller.ticks() + FOLLOWS.toNanos();
        var told = renewed(nonces, nonces.keySet());
        for (var old = spent(nonces); !old.isEmpty(); old = spent(nonces)) {
            if (!told || caller.ticks() - until >= 0) {
                nonces.keySet().removeAll(old);
                return nonces;
            }
            caller.rest(PAUSE);
            told = renewed(nonces, old);
        }
        return nonces;
    }

    private List<NodeId> spent(Map<NodeId, String> nonces) {
        return nonces.entrySet().stream()
                .filter(each -> caller.spent(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether the hub said what those of these announced last. */
    private boolean renewed(Map<NodeId, String> nonces, Collection<NodeId> which)
            throws InterruptedException {
        var now = asked(List.copyOf(which));
        now.orElse(Map.of())
                .forEach(
                        (id, node) ->
                                node.nonce()
                                        .ifPresentOrElse(
                                                nonce -> nonces.put(id, nonce),
                                                () -> nonces.remove(id)));
        return now.isPresent();
    }

    private Optional<Map<NodeId, Target>> asked(List<NodeId> ids) throws InterruptedException {
        if (silent.isPresent() && caller.ticks() - silent.getAsLong() < SILENCE.toNanos()) {
            return Optional.empty();
        }
        var now = Optional.<Map<NodeId, Target>>empty();
        try {
            now = Roll.about(caller, ids, PATIENCE);
        } catch (TransportException _) {
            // What is to be signed finds out for itself that the bus is away.
        }
        silent = now.isPresent() ? OptionalLong.empty() : OptionalLong.of(caller.ticks());
        return now;
    }
}
