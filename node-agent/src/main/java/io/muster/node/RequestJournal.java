package io.muster.node;

import io.muster.journal.Disk;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.journal.JournalInUseException;
import io.muster.journal.Sheet;
import io.muster.journal.TornTail;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.node.Endings.Ended;
import io.muster.node.SeenRequests.Seen;
import io.muster.node.Withdrawals.Withdrawn;
import io.muster.node.time.Challenge;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this node has seen and begun, and how it ended, on disk: a request is accepted at most once,
 * whatever is sent again, delivered again or restarted, and who asks again is told the same again.
 * Each is known by its id and its sender: what one operator sends has no bearing on another's.
 *
 * <p>The bus's own mark of redelivery is no help: after broker and node agent both died it says
 * "first delivery".
 *
 * <p>A journal that cannot be used, because it is damaged or the disk full, remembers in memory
 * alone, and throws wherever something has to be on disk: so nothing can be changed, and looking
 * goes on. What it could not write down is written with the first record that it can. Thread-safe.
 */
public final class RequestJournal implements AutoCloseable {
    private static final int COMPACT_EVERY = 20_000;
    private static final long COMPACT_AFTER = 16L << 20;

    /** A journal that was moved away may have known what is still valid. */
    private static final Duration BEFORE_THE_FIRST = Duration.ofHours(1);

    /** What only looks may be asked anew; a node that is asked often must not fill its memory. */
    private static final Duration LOOKED = Duration.ofMinutes(10);

    private final Path file;
    private final Disk disk;
    private final InstantSource clock;
    private final Duration keep;
    private final Duration retention;
    private final Memory memory = new Memory();
    private List<Begun> leftOver = List.of();
    private Optional<Journal> journal = Optional.empty();
    private String problem = "";
    private boolean closed;
    private int appended;
    private long appendedBytes;

    /** Whether something is remembered that is not written down. */
    private boolean behind;

    /** Whether a request is new. */
    public enum Novelty {
        /** Never seen. */
        NEW,
        /** The very same again; or out of date so long that it may have been known. */
        AGAIN,
        /** The same sender's id around another content. */
        ALTERED,
        /** In time by a clock that was set back, so that it may have been known; never to look. */
        DOUBTFUL,
        /** No room to remember it, so it cannot be accepted. */
        FULL
    }

    /**
     * A request whose action was begun.
     *
     * @param expires when the request may no longer be begun
     * @param armed under which boot, and until when, the machine was about to go down, if it was
     */
    public record Begun(
            RequestId id,
            String digest,
            Identity caller,
            ActionName action,
            ReplyAddress replyTo,
            Instant at,
            Instant expires,
            Optional<Armed> armed) {

        /** Which request it is. */
        public RequestKey key() {
            return new RequestKey(id, caller);
        }

        Begun arm(Armed how) {
            return new Begun(id, digest, caller, action, replyTo, at, expires, Optional.of(how));
        }
    }

    /**
     * A machine that is about to go down.
     *
     * @param boot the boot id it has until then
     * @param deadline if it has not gone down by then, it will not
     */
    public record Armed(String boot, Instant deadline) {}

    private RequestJournal(
            Path file, InstantSource clock, Duration keep, Duration retention, Disk disk) {
        this.file = file;
        this.disk = disk;
        this.clock = clock;
        this.keep = keep;
        this.retention = retention;
    }

    /**
     * Opens the journal and reads what an earlier life left. One that cannot be used is tried again
     * with {@link #reopen}.
     *
     * @param keep how long after its expiry an id is remembered: the allowed clock skew
     * @param retention how long after its expiry it is remembered how a request ended
     * @throws JournalInUseException if another node agent has it
     */
    public static RequestJournal open(
            Path file, InstantSource clock, Duration keep, Duration retention, Disk disk) {
        var journal = new RequestJournal(file, clock, keep, retention, disk);
        journal.reopen();
        return journal;
    }

    /**
     * Tries again to open what could not be opened.
     *
     * @return why it cannot be used; empty if it can
     * @throws JournalInUseException if another node agent has it
     */
    synchronized Optional<String> reopen() {
        if (journal.isEmpty() && !closed) {
            try {
                journal = Optional.of(opened());
                leftOver = memory.unfinished();
                compactIfPossible();
            } catch (JournalInUseException e) {
                throw e;
            } catch (JournalException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        return journal.isPresent() ? Optional.empty() : Optional.of(problem);
    }

    private Journal opened() {
        var records = new ArrayList<Bytes>();
        var opened = Journal.open(file, records::add, disk);
        try {
            records.forEach(record -> memory.replay(record, clock.instant()));
            if (records.isEmpty()) {
                memory.ended().forgotUntil(clock.instant().plus(BEFORE_THE_FIRST).plus(retention));
            }
            return opened;
        } catch (MalformedException e) {
            // Nothing was begun in this life: what is there is half of what was read.
            memory.nothingBegun();
            opened.close();
            throw new JournalException(file + ": " + e.problem() + ": move it away", e);
        }
    }

    /** What a crash tore off the journal's end, if it did; nothing that was promised. */
    public synchronized Optional<TornTail> recovered() {
        return journal.flatMap(Journal::recovered);
    }

    /** Requests begun in an earlier life that had no outcome when this was opened. */
    public synchronized List<Begun> leftOver() {
        return leftOver;
    }

    /** Whether that very request was noted before. */
    synchronized boolean knows(Question question) {
        return memory.seen()
                .find(question.key())
                .filter(before -> before.digest().equals(question.digest()))
                .isPresent();
    }

    /**
     * Notes the request before anything else is decided about it; durably, unless it only looks.
     *
     * @param proven whether it is known to be new by something else than its times
     * @throws JournalException if that is not on disk; it is remembered all the same, as long as
     *     this object lives
     */
    public synchronized Novelty see(Question question, boolean proven) {
        var request = question.request();
        var now = clock.instant();
        var before = digest(question.key());
        if (before.isPresent()) {
            return before.get().equals(question.digest()) ? Novelty.AGAIN : Novelty.ALTERED;
        }
        var until = until(request, now);
        var noted =
                new Seen(question.key(), question.digest(), until, !request.changes())
                        .atMost(now, request.queued());
        if (!proven && memory.seen().isOver(noted, now)) {
            return Novelty.AGAIN;
        }
        var forgotten = !proven && memory.seen().mayHaveForgotten(noted);
        if (!memory.seen().roomFor(request.sender(), now)) {
            return Novelty.FULL;
        }
        memory.seen().add(noted);
        var changes = request.changes();
        append(new Sheet(JournalRecords.of(noted)), changes);
        return forgotten && changes ? Novelty.DOUBTFUL : Novelty.NEW;
    }

    /** By a clock that is ahead it may have ended, and yet be good for as long as its nonce is. */
    private Instant until(Request request, Instant now) {
        var byItself = request.expires().plus(keep);
        var byUs = now.plus(request.ttl()).plus(Challenge.LONGEST_WAY).plus(keep);
        return request.nonces().isEmpty() || byItself.isAfter(byUs) ? byItself : byUs;
    }

    /** Notes, durably, that the action is about to begin. */
    public synchronized void begin(Begun begun) {
        append(new Sheet(JournalRecords.of(begun)), true);
        memory.begun(begun);
    }

    /**
     * Whether that caller may have that request remembered as cancelled: always if it came, and so
     * often only if nothing is known of it.
     */
    synchronized boolean roomToWithdraw(RequestKey key, Identity by) {
        return digest(key).isPresent() || memory.withdrawals().roomFor(by, clock.instant());
    }

    /**
     * Notes, durably, that a request must not begin any more.
     *
     * @throws JournalException as {@link #finish}
     */
    synchronized void withdraw(Withdrawn withdrawn) {
        memory.withdrawals().add(withdrawn);
        append(new Sheet(JournalRecords.of(withdrawn)), true);
    }

    /** Who has cancelled that request, if somebody has who could. */
    synchronized Optional<Withdrawn> withdrawal(RequestKey key) {
        return memory.withdrawals().find(key);
    }

    /** Notes, durably, that the machine is about to go down for this request. */
    public synchronized Begun arm(RequestKey key, Armed how) {
        var begun = memory.unfinished(key).orElseThrow().arm(how);
        append(new Sheet(JournalRecords.of(begun)), true);
        memory.begun(begun);
        return begun;
    }

    /**
     * Notes, durably, how it ended.
     *
     * @throws JournalException if that is not on disk; it is remembered all the same, as long as
     *     this object lives
     */
    public synchronized void finish(Begun begun, Reply reply) {
        var end = end(begun, reply);
        memory.over(end, clock.instant());
        append(new Sheet(JournalRecords.of(end), end.reply()), true);
    }

    /**
     * Notes what was answered to a request that was not begun, if it is the one known by its key.
     * After the loss of power it may be known no more than that it was seen, and not begun.
     *
     * @throws JournalException as {@link #finish}
     */
    public synchronized void refused(Begun asked, Reply reply) {
        if (memory.saw(asked)) {
            var end = end(asked, reply);
            memory.ended().add(end, clock.instant());
            append(new Sheet(JournalRecords.of(end), end.reply()), false);
        }
    }

    /** Notes, in memory alone and for some minutes, what a request was answered that only looks. */
    public synchronized void looked(Begun asked, Reply reply) {
        if (memory.saw(asked)) {
            var kept = retention.compareTo(LOOKED) < 0 ? retention : LOOKED;
            memory.looked().add(end(asked, reply, kept), clock.instant());
        }
    }

    private Ended end(Begun begun, Reply reply) {
        return end(begun, reply, retention);
    }

    private Ended end(Begun begun, Reply reply, Duration kept) {
        var now = clock.instant();
        var expires = begun.expires().isAfter(now) ? begun.expires() : now;
        return Ended.of(reply, begun.caller(), expires.plus(kept));
    }

    /** How the very request ended, if it has, and that is still known. */
    synchronized Optional<Ended> ended(RequestKey key) {
        return memory.end(key);
    }

    /** That request, if it was begun and has not ended. */
    synchronized Optional<Begun> unfinished(RequestKey key) {
        return memory.unfinished(key);
    }

    /** The digest of that request, if it was seen, and that is still known. */
    synchronized Optional<String> digest(RequestKey key) {
        return memory.digest(key);
    }

    /** What expired until then may have ended, or been refused, and be forgotten. */
    synchronized Instant forgotten() {
        var latest = memory.ended().forgotten();
        return latest.equals(Instant.EPOCH) ? latest : latest.minus(retention);
    }

    /**
     * Writes down what could not be written before, if there is such, and room for it now; forgets
     * what came and only looked, and what it was answered, once its time is up.
     */
    synchronized void catchUp() {
        var now = clock.instant();
        memory.seen().forgetLooks(now);
        memory.looked().forget(now);
        if (behind) {
            compactIfPossible();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        journal.ifPresent(Journal::close);
    }

    private void append(Sheet sheet, boolean durable) {
        try {
            if (behind) {
                compact();
            } else if (appended >= COMPACT_EVERY || appendedBytes >= COMPACT_AFTER) {
                compactIfPossible();
            }
            var record = sheet.encode();
            if (durable) {
                usable().appendForced(record);
            } else {
                usable().append(record);
            }
            appended++;
            appendedBytes += record.length();
        } catch (JournalException e) {
            behind = true;
            throw e;
        }
    }

    private Journal usable() {
        return journal.orElseThrow(() -> new JournalException(problem));
    }

    /** A disk too full for a second copy may have room for a record. */
    private void compactIfPossible() {
        try {
            compact();
        } catch (JournalException _) {
            appended = 0;
            appendedBytes = 0;
        }
    }

    private void compact() {
        var open = usable();
        open.rewrite(memory.live(clock.instant()));
        appended = 0;
        appendedBytes = 0;
        behind = false;
    }
}
