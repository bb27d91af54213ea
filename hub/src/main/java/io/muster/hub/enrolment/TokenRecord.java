package io.muster.hub.enrolment;

import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Value.Fields;
import io.muster.security.Attributes;

import java.time.Instant;
import java.util.HexFormat;

/**
 * What the hub keeps of a join token.
 *
 * @param id what it is called
 * @param key the SHA-256 of its secret: proofs are checked with it, and the token cannot be printed
 *     again from it; but who has it can make proofs, so only the authority may read it
 * @param created when
 * @param expires when it is no longer valid
 * @param uses how many machines may join with it
 * @param pattern which ids it is for
 * @param attributes what the certificates of those who join with it attest
 */
record TokenRecord(
        String id,
        Bytes key,
        Instant created,
        Instant expires,
        int uses,
        IdPattern pattern,
        Attributes attributes) {

    Fields toValue() {
        return Fields.EMPTY
                .with("key", key.hex())
                .with("created", created.toEpochMilli())
                .with("expires", expires.toEpochMilli())
                .with("uses", uses)
                .with("pattern", pattern.glob())
                .with("attributes", attributes.toString());
    }

    static TokenRecord of(String id, FieldReader reader) {
        return new TokenRecord(
                id,
                reader.text("key", hex -> Bytes.wrap(HexFormat.of().parseHex(hex))),
                reader.instant("created"),
                reader.instant("expires"),
                Math.toIntExact(reader.whole("uses")),
                reader.text("pattern", IdPattern::new),
                reader.text("attributes", Attributes::parse));
    }

    @Override
    public String toString() {
        return "token " + id;
    }
}
