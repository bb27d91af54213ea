package io.muster.hub.trust;

import io.muster.documents.Board;
import io.muster.documents.Board.Taken;
import io.muster.documents.DocumentFiles;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.AuthorityException;
import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.IssuerName;
import io.muster.security.Envelope;
import io.muster.security.SecurityFileException;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings news to the {@link Board}, whether the authority's directory has them or the bus brings
 * them, and sees to it that they take effect at once: connections are looked at anew, everybody is
 * told. Also renews the list of the nodes issuer in time. Thread-safe.
 */
public final class Bulletin {
    /** How long a list of the nodes issuer is good; renewed at half of that. */
    public static final Duration NODES_LIST = Duration.ofDays(2);

    private static final Logger LOG = System.getLogger(Bulletin.class.getName());

    private final Board board;
    private final Herald herald;
    private final Authority authority;
    private final RevocationRegister register;
    private final List<DocumentFiles> files;
    private final Runnable recheck;
    private final InstantSource clock;
    private final Set<Bytes> seen = new HashSet<>();

    /**
     * Ready to {@link #refresh}.
     *
     * @param files hold what is on the board, for the next life and for an external broker
     * @param recheck looks at the certificates of everybody who is connected
     */
    public Bulletin(
            Board board,
            Herald herald,
            Authority authority,
            RevocationRegister register,
            List<DocumentFiles> files,
            Runnable recheck,
            InstantSource clock) {
        this.board = board;
        this.herald = herald;
        this.authority = authority;
        this.register = register;
        this.files = List.copyOf(files);
        this.recheck = recheck;
        this.clock = clock;
    }

    /** Looks into the authority's directory; to be called every few seconds. */
    public synchronized void refresh() {
        renew();
        var published = register.published();
        seen.retainAll(published);
        for (var document : published) {
            if (seen.add(document)) {
                take(document, false);
            }
        }
        board.tidy();
        write();
    }

    /** The number of the newest trust set, 0 if the authority was never changed. */
    public long set() {
        return board.standing().set();
    }

    /** Takes a document that somebody sent; whatever it is, throws nothing. */
    public synchronized void arrived(Bytes document) {
        try {
            take(document, true);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a document could not be handled", e);
        }
    }

    private void take(Bytes document, boolean fromBus) {
        switch (board.take(document)) {
            case Taken.News(String what) -> {
                LOG.log(Level.INFO, () -> Escape.line(what) + ": handed out");
                try {
                    // First: the hub itself is cut off if it is its own key that is void.
                    herald.proclaim(document);
                } finally {
                    recheck.run();
                }
                write();
                if (fromBus) {
                    keep(document);
                }
            }
            case Taken.Nothing() -> {}
            case Taken.Refused(String problem) ->
                    LOG.log(
                            Level.WARNING,
                            () -> "a document was not taken: " + Escape.line(problem));
        }
    }

    /** What cannot be written counts all the same, and is written as soon as it can be. */
    private void write() {
        for (var each : files) {
            try {
                each.mirror(board.documents());
            } catch (SecurityFileException e) {
                LOG.log(Level.ERROR, () -> String.valueOf(e.getMessage()));
            }
        }
    }

    private void keep(Bytes document) {
        var envelope = Envelope.decode(document);
        switch (envelope.type()) {
            case REVOCATION, POLICY -> register.keep(envelope, document);
            case REQUEST,
                    REPLY,
                    ANNOUNCEMENT,
                    CHECKPOINT,
                    ROLLCALL,
                    APPROVAL,
                    TRUST,
                    LOCK,
                    RELEASE -> {}
        }
    }

    private void renew() {
        var now = clock.instant();
        var list = register.list(IssuerName.NODES);
        var due = list.map(l -> l.issued().plus(NODES_LIST.dividedBy(2)));
        if (due.isEmpty() || !now.isBefore(due.get()) || !authority.signed(register)) {
            try {
                authority.publish(register, NODES_LIST);
            } catch (AuthorityException e) {
                LOG.log(Level.ERROR, () -> String.valueOf(e.getMessage()));
            }
        }
    }
}
