package io.muster.hub;

import io.muster.hub.enrolment.Door;
import io.muster.hub.presence.Presence;
import io.muster.message.Escape;
import io.muster.message.NodeId;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Nodes that two machines are: frozen as soon as that is seen, over restarts, until a person cleans
 * the id and it begins anew.
 */
final class Doubles {
    private static final Logger LOG = System.getLogger(Doubles.class.getName());

    private final Door door;
    private final Presence presence;
    private final Consumer<NodeId> empty;
    private final InstantSource clock;

    /**
     * @param empty throws away what waits for a node
     */
    Doubles(Door door, Presence presence, Consumer<NodeId> empty, InstantSource clock) {
        this.door = door;
        this.presence = presence;
        this.empty = empty;
        this.clock = clock;
    }

    /** Those of an earlier life; to be called before anybody can connect. */
    void restore() {
        door.frozen().forEach(id -> presence.freeze(id, clock.instant()));
    }

    /**
     * Two machines with one key: nobody changes anything at either until a person decides. On the
     * disk when it returns, and quick if nobody is: to be called after each announcement.
     */
    synchronized void freeze() {
        presence.rivals()
                .forEach(
                        (id, places) -> {
                            presence.freeze(id, clock.instant());
                            LOG.log(
                                    Level.ERROR,
                                    () ->
                                            "two machines have the key of "
                                                    + id
                                                    + ", which is frozen: "
                                                    + Escape.line(places)
                                                    + "; muster ca clean "
                                                    + id
                                                    + " voids it, and each joins again with a key"
                                                    + " of its own (muster agent join --new-key"
                                                    + " TOKEN)");
                            door.freeze(id, places);
                        });
    }

    /** Begins anew what a person has cleaned, too. */
    void look() {
        freeze();
        for (var id : door.purges()) {
            // What was meant for the last holder of an id must not be found by the next.
            empty.accept(id);
            presence.forget(id);
            door.purged(id);
        }
    }
}
