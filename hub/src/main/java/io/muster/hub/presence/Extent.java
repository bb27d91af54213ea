package io.muster.hub.presence;

import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.util.List;
import java.util.Map;

/**
 * How much room a value takes in JSON, at the most: what readers limit.
 *
 * @param bytes in UTF-8
 * @param tokens names, values, beginnings and ends
 * @param depth of nesting; 0 for a plain value
 */
record Extent(long bytes, long tokens, int depth) {

    static Extent of(Value value) {
        return switch (value) {
            case Text(String text) -> new Extent(text(text), 1, 0);
            case Whole _ -> new Extent(20, 1, 0);
            case Decimal _ -> new Extent(140, 1, 0);
            case Truth _, Nothing _ -> new Extent(5, 1, 0);
            case Items(List<Value> items) -> inside(items);
            case Fields(Map<String, Value> members) -> inside(members);
        };
    }

    Extent plus(Extent other) {
        return new Extent(
                bytes + other.bytes + 1, tokens + other.tokens, Math.max(depth, other.depth));
    }

    private static Extent inside(Iterable<Value> items) {
        var all = new Extent(2, 2, 0);
        for (var item : items) {
            all = all.plus(of(item));
        }
        return new Extent(all.bytes, all.tokens, all.depth + 1);
    }

    private static Extent inside(Map<String, Value> members) {
        var all = new Extent(2, 2, 0);
        for (var member : members.entrySet()) {
            var name = new Extent(text(member.getKey()) + 1, 1, 0);
            all = all.plus(name).plus(of(member.getValue()));
        }
        return new Extent(all.bytes, all.tokens, all.depth + 1);
    }

    /** Quotes and all; a control character becomes six. */
    private static long text(String text) {
        var bytes = 2L;
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            bytes += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : 3;
        }
        return bytes;
    }
}
