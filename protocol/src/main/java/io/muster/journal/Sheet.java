package io.muster.journal;

import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.Value.Fields;

import java.util.Arrays;

/**
 * A record of a journal that says something and may hold something: an object in JSON, and bytes as
 * they are, such as a message that was or is to be signed.
 *
 * <p>Written as the object on one line, and what is held after it. Of the object the {@linkplain
 * Json limits of JSON} hold; what is held is as large as the record may be.
 *
 * @param head what it says
 * @param held empty if nothing
 */
public record Sheet(Fields head, Bytes held) {
    private static final Bytes NOTHING = Bytes.wrap(new byte[0]);
    private static final byte END = '\n';

    /** One that holds nothing. */
    public Sheet(Fields head) {
        this(head, NOTHING);
    }

    /** The record. */
    public Bytes encode() {
        var line = Json.write(head);
        if (held.length() == 0) {
            return line;
        }
        var record = Arrays.copyOf(line.view(), line.length() + 1 + held.length());
        record[line.length()] = END;
        System.arraycopy(held.view(), 0, record, line.length() + 1, held.length());
        return Bytes.wrap(record);
    }

    /**
     * Reads a record.
     *
     * @throws io.muster.message.MalformedException if its line is not an object
     */
    public static Sheet decode(Bytes record) {
        var bytes = record.view();
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == END) {
                return new Sheet(
                        Json.read(Bytes.wrap(Arrays.copyOf(bytes, at))),
                        Bytes.wrap(Arrays.copyOfRange(bytes, at + 1, bytes.length)));
            }
        }
        return new Sheet(Json.read(record));
    }
}
