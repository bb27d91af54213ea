package io.muster.node;

import io.muster.journal.Journal;
import io.muster.journal.TornTail;
import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

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
 * What this node has seen and begun, on disk: a request is accepted at most once, whatever is sent
 * again, delivered again or restarted.
 *
 * <p>The bus's own mark of redelivery is no help: after broker and node agent both died it says
 * "first delivery". Thread-safe.
 */
public final class RequestJournal implements AutoCloseable {
    /** More ids than an honest fleet's callers may spend in the longest validity. */
    private static final int MAX_SEEN = 100_000;

    private static final int COMPACT_EVERY = 20_000;

    private final Journal journal;
    private final InstantSource clock;
    private final Duration keep;
    private final Map<RequestId, Seen> seen = new LinkedHashMap<>();
    private final Map<RequestId, Begun> unfinished = new LinkedHashMap<>();
    private int appended;

    /** Whether a request is new. */
    public enum Novelty {
        /** Never seen. */
        NEW,
        /** The very same again. */
        AGAIN,
        /** The same id around another content. */
        ALTERED,
        /** No room to remember it, so it cannot be accepted. */
        FULL
    }

    private record Seen(String digest, Instant until) {}

    /**
     * A request whose action was begun.
     *
     * @param armed the boot id under which the machine was about to go down, if it was
     */
    public record Begun(
            RequestId id,
            String digest,
            Identity caller,
            ActionName action,
            ReplyAddress replyTo,
            Instant at,
            Optional<String> armed) {

        Begun arm(String boot, Instant when) {
            return new Begun(id, digest, caller, action, replyTo, when, Optional.of(boot));
        }
    }

    private RequestJournal(Journal journal, InstantSource clock, Duration keep) {
        this.journal = journal;
        this.clock = clock;
        this.keep = keep;
    }

    /**
     * Opens the journal and reads what an earlier life left.
     *
     * @param keep how long after its expiry an id is remembered: the allowed clock skew
     * @throws io.muster.journal.JournalException if it cannot be used
     */
    public static RequestJournal open(Path file, InstantSource clock, Duration keep) {
        var records = new ArrayList<Bytes>();
        var opened = Journal.open(file, records::add);
        var journal = new RequestJournal(opened, clock, keep);
        records.forEach(journal::replay);
        journal.compact();
        return journal;
    }

    /** What a crash tore off the journal's end, if it did; nothing that was promised. */
    public Optional<TornTail> recovered() {
        return journal.recovered();
    }

    /** Requests begun in an earlier life, or this one, that have no outcome. */
    public synchronized List<Begun> unfinished() {
        return List.copyOf(unfinished.values());
    }

    /**
     * Notes the request before anything else is decided about it.
     *
     * @param durable whether it must survive a power cut
     */
    public synchronized Novelty see(RequestId id, String digest, Instant expires, boolean durable) {
        var before = seen.get(id);
        if (before != null) {
            return before.digest().equals(digest) ? Novelty.AGAIN : Novelty.ALTERED;
        }
        if (seen.size() >= MAX_SEEN) {
            forget();
            if (seen.size() >= MAX_SEEN) {
                return Novelty.FULL;
            }
        }
        var until = expires.plus(keep);
        append(seenRecord(id, digest, until), durable);
        seen.put(id, new Seen(digest, until));
        return Novelty.NEW;
    }

    /** Notes, durably, that the action is about to begin. */
    public synchronized void begin(Begun begun) {
        append(begunRecord(begun), true);
        unfinished.put(begun.id(), begun);
    }

    /** Notes, durably, that the machine is about to go down for this request. */
    public synchronized void arm(RequestId id, String boot) {
        var begun =
                Optional.ofNullable(unfinished.get(id)).orElseThrow().arm(boot, clock.instant());
        append(begunRecord(begun), true);
        unfinished.put(id, begun);
    }

    /** Notes, durably, that it has an outcome. */
    public synchronized void finish(RequestId id) {
        append(Fields.EMPTY.with("finished", id.value()), true);
        unfinished.remove(id);
        if (appended > COMPACT_EVERY) {
            compact();
        }
    }

    @Override
    public synchronized void close() {
        journal.close();
    }

    private void append(Fields record, boolean durable) {
        if (durable) {
            journal.appendForced(Json.write(record));
        } else {
            journal.append(Json.write(record));
        }
        appended++;
    }

    private void forget() {
        var now = clock.instant();
        seen.values().removeIf(s -> s.until().isBefore(now));
    }

    private void compact() {
        forget();
        var live = new ArrayList<Bytes>();
        seen.forEach((id, s) -> live.add(Json.write(seenRecord(id, s.digest(), s.until()))));
        unfinished.values().forEach(begun -> live.add(Json.write(begunRecord(begun))));
        journal.rewrite(live);
        appended = 0;
    }

    private void replay(Bytes record) {
        var fields = Json.read(record);
        var reader = new FieldReader("journal", fields);
        if (fields.member("seen").isPresent()) {
            seen.put(
                    reader.text("seen", RequestId::new),
                    new Seen(reader.text("digest"), reader.instant("until")));
        } else if (fields.member("begun").isPresent()) {
            var begun =
                    new Begun(
                            reader.text("begun", RequestId::new),
                            reader.text("digest"),
                            reader.text("caller", Identity::parse),
                            reader.text("action", ActionName::new),
                            reader.text("replyTo", ReplyAddress::new),
                            reader.instant("at"),
                            reader.optionalText("armed", boot -> boot));
            unfinished.put(begun.id(), begun);
        } else if (fields.member("finished").isPresent()) {
            unfinished.remove(reader.text("finished", RequestId::new));
        } else {
            throw new MalformedException("journal: a record of an unknown kind");
        }
        reader.done();
    }

    private static Fields seenRecord(RequestId id, String digest, Instant until) {
        return Fields.EMPTY
                .with("seen", id.value())
                .with("digest", digest)
                .with("until", until.toEpochMilli());
    }

    private static Fields begunRecord(Begun begun) {
        var fields =
                Fields.EMPTY
                        .with("begun", begun.id().value())
                        .with("digest", begun.digest())
                        .with("caller", begun.caller().uri())
                        .with("action", begun.action().value())
                        .with("replyTo", begun.replyTo().value())
                        .with("at", begun.at().toEpochMilli());
        return begun.armed().map(boot -> fields.with("armed", boot)).orElse(fields);
    }
}
