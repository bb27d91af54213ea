package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.journal.Disk;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.journal.JournalInUseException;
import io.muster.journal.Sheet;
import io.muster.journal.TornTail;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.node.Endings.Ended;
import io.muster.node.SeenRequests.Seen;
import io.muster.node.time.Challenge;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node has seen and begun, and how it ended, on disk: a request is accepted at most once,
 * whatever is sent again, delivered again or restarted, and who asks again is told the same again.
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

    /** What the ends of all that was begun or refused may take. */
    private static final long MOST_ENDED = 4L << 20;

    /** What those of requests that only look may take, which are in memory alone. */
    private static final long MOST_LOOKED = 1L << 20;

    /** A journal that was moved away may have known what is still valid. */
    private static final Duration BEFORE_THE_FIRST = Duration.ofHours(1);

    private final Path file;
    private final Disk disk;
    private final InstantSource clock;
    private final Duration keep;
    private final Duration retention;
    private final Endings ended = new Endings(MOST_ENDED);
    private final Endings looked = new Endings(MOST_LOOKED);
    private final SeenRequests seen = new SeenRequests();
    private final Map<RequestId, Begun> unfinished = new LinkedHashMap<>();
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
        /** The same id around another content. */
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
                leftOver = List.copyOf(unfinished.values());
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
            records.forEach(this::replay);
            if (records.isEmpty()) {
                ended.forgotUntil(clock.instant().plus(BEFORE_THE_FIRST).plus(retention));
            }
            return opened;
        } catch (MalformedException e) {
            // Nothing was begun in this life: what is there is half of what was read.
            unfinished.clear();
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
        return seen.find(question.request().id())
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
        var before = digest(request.id());
        if (before.isPresent()) {
            return before.get().equals(question.digest()) ? Novelty.AGAIN : Novelty.ALTERED;
        }
        var until = until(request, now);
        var noted = new Seen(request.id(), question.digest(), request.sender(), until).atMost(now);
        var forgotten = !proven && seen.mayHaveForgotten(noted);
        if (forgotten && until.isBefore(now)) {
            return Novelty.AGAIN;
        }
        if (!seen.roomFor(request.sender(), now)) {
            return Novelty.FULL;
        }
        seen.add(noted);
        var looks = request.actionClass() == ActionClass.READ;
        append(new Sheet(JournalRecords.of(noted)), !looks);
        return forgotten && !looks ? Novelty.DOUBTFUL : Novelty.NEW;
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
        unfinished.put(begun.id(), begun);
    }

    /** Notes, durably, that the machine is about to go down for this request. */
    public synchronized Begun arm(RequestId id, Armed how) {
        var begun = Optional.ofNullable(unfinished.get(id)).orElseThrow().arm(how);
        append(new Sheet(JournalRecords.of(begun)), true);
        unfinished.put(id, begun);
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
        unfinished.remove(begun.id());
        ended.add(end, clock.instant());
        append(new Sheet(JournalRecords.of(end), end.reply()), true);
    }

    /**
     * Notes what was answered to a request that was not begun, if it is the one known by its id.
     * After the loss of power it may be known no more than that it was seen, and not begun.
     *
     * @throws JournalException as {@link #finish}
     */
    public synchronized void refused(Begun asked, Reply reply) {
        if (seen.find(asked.id()).filter(s -> s.digest().equals(asked.digest())).isPresent()) {
            var end = end(asked, reply);
            ended.add(end, clock.instant());
            append(new Sheet(JournalRecords.of(end), end.reply()), false);
        }
    }

    /** Notes, in memory alone, what a request was answered that only looks. */
    public synchronized void looked(Begun asked, Reply reply) {
        if (seen.find(asked.id()).filter(s -> s.digest().equals(asked.digest())).isPresent()) {
            looked.add(end(asked, reply), clock.instant());
        }
    }

    private Ended end(Begun begun, Reply reply) {
        var now = clock.instant();
        var expires = begun.expires().isAfter(now) ? begun.expires() : now;
        return Ended.of(reply, begun.caller(), expires.plus(retention));
    }

    /** How the very request ended, if it has, and that is still known. */
    synchronized Optional<Ended> ended(RequestId id) {
        return ended.find(id).or(() -> looked.find(id));
    }

    /** The request of that id, if it was begun and has not ended. */
    synchronized Optional<Begun> unfinished(RequestId id) {
        return Optional.ofNullable(unfinished.get(id));
    }

    /** The digest of the request of that id, if it was seen, and that is still known. */
    synchronized Optional<String> digest(RequestId id) {
        return seen.find(id)
                .map(Seen::digest)
                .or(() -> ended(id).map(Ended::digest))
                .or(() -> unfinished(id).map(Begun::digest));
    }

    /** What expired until then may have ended, or been refused, and be forgotten. */
    synchronized Instant forgotten() {
        var latest = ended.forgotten();
        return latest.equals(Instant.EPOCH) ? latest : latest.minus(retention);
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
        seen.forget(clock.instant());
        ended.forget(clock.instant());
        looked.forget(clock.instant());
        var live = new ArrayList<Bytes>();
        live.add(Json.write(JournalRecords.forgotten(seen.forgotten(), ended.forgotten())));
        seen.all().forEach(each -> live.add(Json.write(JournalRecords.of(each))));
        ended.all().forEach(e -> live.add(new Sheet(JournalRecords.of(e), e.reply()).encode()));
        unfinished.values().forEach(begun -> live.add(Json.write(JournalRecords.of(begun))));
        open.rewrite(live);
        appended = 0;
        appendedBytes = 0;
        behind = false;
    }

    private void replay(Bytes record) {
        var sheet = Sheet.decode(record);
        var fields = sheet.head();
        var reader = new FieldReader("journal", fields);
        if (fields.member("seen").isPresent()) {
            seen.add(JournalRecords.seen(reader));
        } else if (fields.member("begun").isPresent()) {
            var begun = JournalRecords.begun(reader);
            unfinished.put(begun.id(), begun);
        } else if (fields.member("ended").isPresent()) {
            var end = JournalRecords.ended(reader, sheet.held());
            unfinished.remove(end.id());
            ended.add(end, clock.instant());
        } else if (fields.member("forgotten").isPresent()) {
            seen.forgotUntil(reader.instant("forgotten"));
            ended.forgotUntil(reader.instant("ends"));
        } else {
            throw new MalformedException("journal: a record of an unknown kind");
        }
        reader.done();
    }
}
