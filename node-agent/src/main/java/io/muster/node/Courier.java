package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.node.helper.Word;
import io.muster.security.Envelope;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings the root helper, which judges for itself, the documents that are in force here, in the
 * order in which they came. What it has not acknowledged it is told again. Thread-safe.
 */
final class Courier {
    private final HelperDoor door;
    private final Logger log;
    private final Set<Bytes> owed = new LinkedHashSet<>();
    private String complaint = "";

    /**
     * @param before what came in an earlier life: the helper may have been away, or not been there
     */
    Courier(HelperDoor door, Collection<Bytes> before, Logger log) {
        this.door = door;
        this.log = log;
        owed.addAll(before);
    }

    /** Brings this as well; returns at once. */
    void bring(Envelope document) {
        synchronized (owed) {
            owed.add(document.encode());
        }
        go();
    }

    /** Brings what is owed; returns at once. To be called at the start, and once a minute. */
    void go() {
        if (!owed().isEmpty()) {
            Thread.ofVirtual().name("courier").start(this::deliver);
        }
    }

    private List<Bytes> owed() {
        synchronized (owed) {
            return List.copyOf(owed);
        }
    }

    /** One at a time, so that nothing overtakes what came before it. */
    private synchronized void deliver() {
        try {
            for (var document : owed()) {
                if (heard(document)) {
                    synchronized (owed) {
                        owed.remove(document);
                    }
                }
            }
            complaint = "";
        } catch (IOException | MalformedException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private boolean heard(Bytes document) throws IOException {
        return switch (door.ask(new Word.Tell(document))) {
            case Word.Heard _ -> true;
            case Word.Unkept _ -> false;
            case Word.Perform _,
                    Word.Go _,
                    Word.Tell _,
                    Word.Ignored _,
                    Word.Armed _,
                    Word.Ordered _,
                    Word.Done _ ->
                    throw new MalformedException("the root helper answers another question");
        };
    }

    /** Once for each problem, not once a minute. */
    private void complain(String problem) {
        if (!problem.equals(complaint)) {
            complaint = problem;
            log.log(
                    Level.WARNING,
                    () ->
                            "the root helper does not know all yet that is in force, and is told"
                                    + " again: "
                                    + problem);
        }
    }
}
