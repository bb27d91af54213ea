package io.muster.hub.registry.redis;

import io.muster.hub.registry.Entry;
import io.muster.hub.registry.Entry.Moment;
import io.muster.journal.Sheet;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Value.Fields;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** How an entry stands in a Redis, and what can be made of whatever stands there. */
final class Stored {
    private static final int LONGEST_TEXT = 128;

    private Stored() {}

    /** When it was heard, and the envelope of the last announcement. */
    static Bytes of(Entry entry) {
        var moment = entry.moment();
        var head =
                Fields.EMPTY
                        .with("heard", moment.heard().toEpochMilli())
                        .with("since", Math.max(0, moment.since().toEpochMilli()));
        return new Sheet(head, entry.last()).encode();
    }

    /** Nothing for what no hub wrote. */
    static Optional<Entry> entry(NodeId id, Bytes stored, Optional<Bytes> facts) {
        try {
            var sheet = Sheet.decode(stored);
            var reader = new FieldReader("registry", sheet.head());
            var heard = reader.instant("heard");
            var moment = new Moment(heard, reader.instant("since"), heard, 0);
            reader.done();
            return Optional.of(new Entry(id, moment, false, sheet.held(), facts));
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    /** Nothing for what no hub wrote. */
    static Optional<NodeId> node(Resp field) {
        try {
            return Optional.of(new NodeId(text(field)));
        } catch (IllegalArgumentException | IOException _) {
            return Optional.empty();
        }
    }

    /**
     * A list, perhaps an empty one.
     *
     * @throws IOException if it is something else
     */
    static List<Resp> items(Resp answer) throws IOException {
        return switch (answer) {
            case Resp.Items(List<Resp> items) -> items;
            case Resp.Nothing() -> List.of();
            case Resp.Text _, Resp.Whole _, Resp.Failure _, Resp.TooLarge _ ->
                    throw new IOException("no list where one should be");
        };
    }

    /**
     * A short text.
     *
     * @throws IOException if it is something else
     */
    static String text(Resp answer) throws IOException {
        if (answer instanceof Resp.Text(Bytes bytes) && bytes.length() <= LONGEST_TEXT) {
            return new String(bytes.view(), StandardCharsets.UTF_8);
        }
        throw new IOException("no short text where one should be");
    }

    /**
     * Whether the one place in a stream is after the other.
     *
     * @throws IOException if they are no places in a stream
     */
    static boolean later(String id, String before) throws IOException {
        var one = place(id);
        var other = place(before);
        var first = Long.compareUnsigned(one[0], other[0]);
        return first > 0 || (first == 0 && Long.compareUnsigned(one[1], other[1]) > 0);
    }

    private static long[] place(String id) throws IOException {
        var parts = id.split("-", -1);
        try {
            if (parts.length == 2) {
                return new long[] {
                    Long.parseUnsignedLong(parts[0]), Long.parseUnsignedLong(parts[1])
                };
            }
        } catch (NumberFormatException e) {
            throw new IOException("no place in a stream", e);
        }
        throw new IOException("no place in a stream");
    }
}
