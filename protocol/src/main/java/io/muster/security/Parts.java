package io.muster.security;

import io.muster.message.Bytes;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Several texts or runs of bytes as one: each with its length before it, in four bytes, so that no
 * two lists share their bytes.
 */
public final class Parts {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** These texts, in UTF-8. */
    public static Bytes of(String... texts) {
        var parts = new Parts();
        for (var text : texts) {
            parts.add(text);
        }
        return parts.bytes();
    }

    /** One more, in UTF-8. */
    public Parts add(String text) {
        return add(Bytes.utf8(text));
    }

    /** One more. */
    public Parts add(Bytes bytes) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length()).array());
        out.writeBytes(bytes.view());
        return this;
    }

    /** All of them. */
    public Bytes bytes() {
        return Bytes.wrap(out.toByteArray());
    }
}
