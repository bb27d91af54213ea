package io.muster.audit;

import io.muster.message.Bytes;
import io.muster.message.Value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * The hash of an audit record: SHA-256 over its members as typed, length-prefixed bytes, so that no
 * two records have the same bytes (docs/audit.md).
 *
 * <p>A value is one byte for its type, four bytes (big-endian) for its length, and its content: a
 * text {@code s} in UTF-8, a whole number {@code i} in eight bytes, another number {@code d} as its
 * digits, a truth {@code t} in one byte, nothing {@code n}. The length of a list {@code a} and of
 * an object {@code o} is the number of its items; an object's item is its name, as a text, and its
 * value.
 */
final class RecordHash {
    private static final String DOMAIN = "muster audit record 1";

    private static final int USUAL = 1_024;

    private byte[] bytes = new byte[USUAL];
    private int length;

    private RecordHash() {}

    static String of(Map<String, Value> members) {
        var hash = new RecordHash();
        hash.text('s', DOMAIN);
        hash.members(members);
        return Bytes.wrap(Arrays.copyOf(hash.bytes, hash.length)).sha256().hex();
    }

    private void members(Map<String, Value> members) {
        prefix('o', members.size());
        members.forEach(
                (name, value) -> {
                    text('s', name);
                    value(value);
                });
    }

    private void value(Value value) {
        switch (value) {
            case Value.Text(String text) -> text('s', text);
            case Value.Whole(long number) ->
                    content('i', ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            case Value.Decimal(var number) -> text('d', number.toString());
            case Value.Truth(boolean truth) -> content('t', new byte[] {(byte) (truth ? 1 : 0)});
            case Value.Nothing() -> prefix('n', 0);
            case Value.Items(var items) -> {
                prefix('a', items.size());
                items.forEach(this::value);
            }
            case Value.Fields(var members) -> members(members);
        }
    }

    private void text(char type, String text) {
        content(type, text.getBytes(StandardCharsets.UTF_8));
    }

    private void content(char type, byte[] content) {
        prefix(type, content.length);
        room(content.length);
        System.arraycopy(content, 0, bytes, length, content.length);
        length += content.length;
    }

    private void prefix(char type, int number) {
        room(1 + Integer.BYTES);
        bytes[length++] = (byte) type;
        bytes[length++] = (byte) (number >>> 24);
        bytes[length++] = (byte) (number >>> 16);
        bytes[length++] = (byte) (number >>> 8);
        bytes[length++] = (byte) number;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
