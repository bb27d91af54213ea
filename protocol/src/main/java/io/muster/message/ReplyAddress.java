package io.muster.message;

import java.util.regex.Pattern;

/**
 * Where a caller listens for replies: a queue under its own prefix, so that the broker can keep
 * others from reading it and a node can see that it belongs to the caller.
 *
 * @param value 32 hexadecimal digits that name the caller, a dot, and up to 32 that name its
 *     process
 */
public record ReplyAddress(String value) {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{32}\\.[0-9a-f]{1,32}");

    public ReplyAddress {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a reply address: " + Escape.quoted(value));
        }
    }

    /**
     * The address of one process of a caller.
     *
     * @param process up to 32 hexadecimal digits, random
     */
    public static ReplyAddress of(Identity caller, String process) {
        return new ReplyAddress(prefix(caller) + "." + process);
    }

    /** The part that names the caller, the same for all of its processes. */
    public String owner() {
        return value.substring(0, value.indexOf('.'));
    }

    /** Whether replies sent here can be read by nobody but {@code caller}. */
    public boolean belongsTo(Identity caller) {
        return value.startsWith(prefix(caller) + ".");
    }

    /** The part of the address that names the caller: the first half of its identity's SHA-256. */
    public static String prefix(Identity caller) {
        return Bytes.utf8(caller.uri()).sha256().hex().substring(0, 32);
    }

    @Override
    public String toString() {
        return value;
    }
}
