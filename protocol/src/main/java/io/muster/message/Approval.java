package io.muster.message;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;

/**
 * An operator's yes to a request of another. It names the request by the digest of its payload, and
 * so freezes all of it: action, arguments, targets, fleet and expiry.
 *
 * @param request the request's id
 * @param digest SHA-256 of the request's payload, in hexadecimal
 * @param approver who says yes; must be the signer
 * @param issued when it was given
 * @param expires when it is void, absolute
 */
public record Approval(
        RequestId request, String digest, Identity approver, Instant issued, Instant expires) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public Approval {
        if (!DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException("not a digest: " + Escape.quoted(digest));
        }
        if (!expires.isAfter(issued)) {
            throw new IllegalArgumentException("an approval expires after it is issued");
        }
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("request", Value.of(request.value()));
        fields.put("digest", Value.of(digest));
        fields.put("approver", Value.of(approver.uri()));
        fields.put("issued", Value.of(issued.toEpochMilli()));
        fields.put("expires", Value.of(expires.toEpochMilli()));
        return Json.write(new Value.Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static Approval decode(Bytes payload) {
        var reader = new FieldReader("approval", Json.read(payload));
        try {
            var approval =
                    new Approval(
                            reader.text("request", RequestId::new),
                            reader.text("digest"),
                            reader.text("approver", Identity::parse),
                            reader.instant("issued"),
                            reader.instant("expires"));
            reader.done();
            return approval;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("approval: " + e.getMessage(), e);
        }
    }
}
