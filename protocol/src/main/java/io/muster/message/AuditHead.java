package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.regex.Pattern;

/**
 * The newest record of an audit log at some moment. Its hash covers the record, and through it all
 * records before.
 *
 * @param chain names the log for ever: 32 hexadecimal digits, random
 * @param sequence of the record, from 0
 * @param hash of the record: 64 hexadecimal digits
 */
public record AuditHead(String chain, long sequence, String hash) {
    private static final Pattern CHAIN = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public AuditHead {
        if (!names(chain)) {
            throw new IllegalArgumentException("not an audit chain: " + Escape.quoted(chain));
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("not the sequence of a record: " + sequence);
        }
        if (!HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("not the hash of a record: " + Escape.quoted(hash));
        }
    }

    /** Whether that is what a chain is called by. */
    public static boolean names(String chain) {
        return CHAIN.matcher(chain).matches();
    }

    /** The form that travels. */
    public Fields toValue() {
        return Fields.EMPTY.with("chain", chain).with("sequence", sequence).with("hash", hash);
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one
     */
    public static AuditHead of(Fields fields) {
        var reader = new FieldReader("audit head", fields);
        var chain = reader.text("chain");
        var sequence = reader.whole("sequence");
        var hash = reader.text("hash");
        reader.done();
        try {
            return new AuditHead(chain, sequence, hash);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("audit head: " + e.getMessage(), e);
        }
    }
}
