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
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Brings the root helper, which judges for itself, this node's certificate when it was renewed, and
 * the documents that are in force here, in the order in which they came. What it has not
 * acknowledged it is told again. Thread-safe.
 */
final class Courier {
    private final HelperDoor door;
    private final Supplier<Bytes> certificate;
    private final Logger log;
    private final Set<Bytes> owed = new LinkedHashSet<>();
    private String complaint = "";
    private volatile Optional<Bytes> shown = Optional.empty();

    /**
     * @param certificate this node's in DER, as it is now
     * @param before what came in an earlier life: the helper may have been away, or not been there
     */
    Courier(HelperDoor door, Supplier<Bytes> certificate, Collection<Bytes> before, Logger log) {
        this.door = door;
        this.certificate = certificate;
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
        if (!owed().isEmpty() || renewed()) {
            Thread.ofVirtual().name("courier").start(this::deliver);
        }
    }

    /** A certificate that the helper does not want is not shown to it again and again. */
    private boolean renewed() {
        var own = certificate.get();
        return !shown.equals(Optional.of(own)) && !door.has(own);
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
                if (heard(new Word.Tell(document))) {
                    synchronized (owed) {
                        owed.remove(document);
                    }
                }
            }
            // Last: it may be of an authority that the helper has to hear of first.
            if (renewed()) {
                show(certificate.get());
            }
            complaint = "";
        } catch (IOException | MalformedException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void show(Bytes own) throws IOException {
        if (heard(new Word.Renewed(own))) {
            shown = Optional.of(own);
            if (!door.has(own)) {
                log.log(
                        Level.ERROR,
                        "the root helper does not accept this node's certificate: its log says"
                                + " why");
            }
        }
    }

    /** Whether that need not be said again. */
    private boolean heard(Word news) throws IOException {
        return switch (door.ask(news)) {
            case Word.Heard _, Word.Ignored _ -> true;
            case Word.Unkept _ -> false;
            case Word.Asked _,
                    Word.Nonce _,
                    Word.Armed _,
                    Word.Ordered _,
                    Word.Going _,
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
