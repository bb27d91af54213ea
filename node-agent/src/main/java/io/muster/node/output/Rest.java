package io.muster.node.output;

import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a stream that a reply does not hold all of.
 *
 * @param said how many bytes there were in all
 * @param part what is kept of them at the node, if anything
 * @param until for how long
 */
public record Rest(long said, Optional<Part> part, Instant until) {

    /**
     * The beginning of a stream, as it is kept.
     *
     * @param bytes how many bytes
     * @param sha256 their digest, in hexadecimal
     */
    public record Part(long bytes, String sha256) {
        public Part {
            if (bytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("no part of an output");
            }
        }
    }

    /** Nothing of it is kept. */
    static Rest lost(long said) {
        return new Rest(said, Optional.empty(), Instant.EPOCH);
    }

    /** The same, of a stream that had so many bytes. */
    public Rest of(long bytes) {
        return new Rest(bytes, part, until);
    }

    /** How many bytes are kept. */
    public long kept() {
        return part.map(Part::bytes).orElse(0L);
    }

    /** How many bytes, at the end, nobody can have any more. */
    public long lost() {
        return said - kept();
    }

    /** What the reply says of it. */
    public Fields toValue() {
        var fields =
                part.map(
                                kept ->
                                        Fields.EMPTY
                                                .with("kept", kept.bytes())
                                                .with("sha256", kept.sha256())
                                                .with("until", until.toEpochMilli()))
                        .orElse(Fields.EMPTY);
        return lost() > 0 ? fields.with("lost", lost()) : fields;
    }
}
