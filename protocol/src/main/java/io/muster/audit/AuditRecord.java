package io.muster.audit;

import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One record of an audit log, sound in itself: its hash is that of its content, the hash of the
 * record before it included.
 *
 * <p>In a file it is one line of JSON in its shortest form: {@code sequence}, {@code previous},
 * {@code time}, {@code kind}, what else there is to say, {@code hash}.
 */
public final class AuditRecord {
    /** What stands for the hash of the record before the first. */
    public static final String NOTHING_BEFORE = "0".repeat(64);

    /** The kind of the record that each file begins with; it names the chain. */
    public static final String OPENED = "opened";

    private static final String HASH = "hash";

    private final Fields members;
    private final long sequence;
    private final String previous;
    private final String kind;
    private final String time;
    private final String hash;

    private AuditRecord(
            Fields members, long sequence, String previous, String kind, String time, String hash) {
        this.members = members;
        this.sequence = sequence;
        this.previous = previous;
        this.kind = kind;
        this.time = time;
        this.hash = hash;
    }

    private static AuditRecord of(Fields members) {
        var reader = new FieldReader("audit record", members);
        return new AuditRecord(
                members,
                reader.whole("sequence"),
                reader.text("previous"),
                reader.text("kind"),
                reader.text("time"),
                reader.text(HASH));
    }

    /** The first record of a chain. */
    public static AuditRecord first(Instant time, String kind, Map<String, Value> details) {
        return of(0, NOTHING_BEFORE, time, kind, details);
    }

    /** The record that follows that one. */
    public static AuditRecord after(
            AuditHead head, Instant time, String kind, Map<String, Value> details) {
        return of(head.sequence() + 1, head.hash(), time, kind, details);
    }

    private static AuditRecord of(
            long sequence, String previous, Instant time, String kind, Map<String, Value> details) {
        var members = new LinkedHashMap<String, Value>();
        var moment = time.toString();
        members.put("sequence", Value.of(sequence));
        members.put("previous", Value.of(previous));
        members.put("time", Value.of(moment));
        members.put("kind", Value.of(kind));
        details.forEach(
                (name, value) -> {
                    if (name.equals(HASH) || members.putIfAbsent(name, value) != null) {
                        throw new IllegalArgumentException(name + " is not a detail's to say");
                    }
                });
        var hash = RecordHash.of(members);
        members.put(HASH, Value.of(hash));
        return new AuditRecord(new Fields(members), sequence, previous, kind, moment, hash);
    }

    /**
     * Reads a line, without the end of it.
     *
     * @throws MalformedException if it is not a record, not in the form it was written in, or not
     *     what its hash says
     */
    public static AuditRecord read(Bytes line) {
        var members = Json.read(line);
        if (!Json.write(members).equals(line)) {
            throw new MalformedException("not in the form in which records are written");
        }
        var record = of(members);
        if (record.sequence < 0) {
            throw new MalformedException("not the sequence of a record: " + record.sequence);
        }
        var content = new LinkedHashMap<>(members.members());
        if (!content.lastEntry().getKey().equals(HASH)) {
            throw new MalformedException("its last member is not its hash");
        }
        content.remove(HASH);
        if (!RecordHash.of(content).equals(record.hash)) {
            throw new MalformedException(
                    "record " + record.sequence + " was changed: its hash is another");
        }
        return record;
    }

    /** Counts the records of a chain, from 0. */
    public long sequence() {
        return sequence;
    }

    /** The hash of the record before. */
    public String previous() {
        return previous;
    }

    /** When it was written, by the node's clock, as the node wrote it. */
    public String time() {
        return time;
    }

    /** What it is about. */
    public String kind() {
        return kind;
    }

    /** What it has to say under that name, if that is a text. */
    public Optional<String> text(String name) {
        return members.member(name)
                .flatMap(
                        value ->
                                value instanceof Value.Text(String text)
                                        ? Optional.of(text)
                                        : Optional.empty());
    }

    /** This record as the newest of that chain. */
    public AuditHead head(String chain) {
        return new AuditHead(chain, sequence, hash);
    }

    /** Whether this record can only come right after that one. */
    public boolean follows(AuditHead head) {
        return sequence == head.sequence() + 1 && previous.equals(head.hash());
    }

    /**
     * The chain that a file belongs to which begins with this record.
     *
     * @throws MalformedException if no file begins so
     */
    public String chain() {
        if (!kind.equals(OPENED)) {
            throw new MalformedException(
                    "a file begins with a record of the kind "
                            + OPENED
                            + ", and not of "
                            + Escape.quoted(kind));
        }
        var chain = text("chain").orElseThrow(() -> new MalformedException("names no chain"));
        if (!AuditHead.names(chain)) {
            throw new MalformedException("not an audit chain: " + Escape.quoted(chain));
        }
        return chain;
    }

    /** As it stands in a file, with the end of the line. */
    public Bytes line() {
        var json = Json.write(members).view();
        var line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return Bytes.wrap(line);
    }
}
