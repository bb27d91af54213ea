package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Value.Fields;
import io.muster.security.Ed25519Key;
import io.muster.security.Ed25519PublicKey;
import io.muster.security.Parts;
import io.muster.security.SealingPublicKey;

/**
 * "Secrets for me are sealed to this key", signed with the key that the certificate will be about:
 * nobody gets a certificate that sends somebody else's secrets to him, or his own to somebody else.
 *
 * @param key the sealing key
 * @param signature of the applicant's own key over the sealing key
 */
public record SealingClaim(SealingPublicKey key, Bytes signature) {
    private static final String LABEL = "muster sealing key 1";

    /** Signs the claim. */
    public static SealingClaim of(Ed25519Key holder, SealingPublicKey key) {
        return new SealingClaim(key, holder.sign(covered(key)));
    }

    /** Whether the holder of that key made it. */
    public boolean madeBy(Ed25519PublicKey holder) {
        return holder.verify(covered(key), signature);
    }

    /** The form that travels, and that waits until somebody signs. */
    public Fields toValue() {
        return Fields.EMPTY.with("key", key.encoded().base64()).with("sig", signature.base64());
    }

    /**
     * Reads that form.
     *
     * @throws io.muster.message.MalformedException if it is not one, or the key is not sound
     */
    public static SealingClaim of(Fields fields) {
        var reader = new FieldReader("sealing key", fields);
        var claim =
                new SealingClaim(
                        reader.text("key", text -> SealingPublicKey.of(Bytes.base64(text))),
                        reader.text("sig", Bytes::base64));
        reader.done();
        return claim;
    }

    private static Bytes covered(SealingPublicKey key) {
        return new Parts().add(LABEL).add(key.encoded()).bytes();
    }
}
