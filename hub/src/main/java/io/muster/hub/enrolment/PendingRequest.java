package io.muster.hub.enrolment;

import io.muster.enrolment.Applicant;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.KeyFingerprint;
import io.muster.enrolment.SealingClaim;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.FieldReader;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.SigningRequest;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A machine that waits at the door until a person decides.
 *
 * @param csr its key, proven
 * @param applicant what it says about itself
 * @param source the address it asked from
 * @param why it was not let in at once
 * @param collectives which it will be in
 * @param since when it first asked
 */
public record PendingRequest(
        SigningRequest csr,
        Applicant applicant,
        String source,
        String why,
        List<Collective> collectives,
        Instant since) {
    public PendingRequest {
        collectives = List.copyOf(collectives);
    }

    static PendingRequest of(
            JoinRequest request,
            String source,
            String why,
            List<Collective> collectives,
            Instant since) {
        return new PendingRequest(
                request.csr(), request.applicant(), source, why, collectives, since);
    }

    /** The id it would get. */
    public NodeId id() {
        return applicant.wanted().orElseGet(() -> KeyFingerprint.defaultId(csr.key()));
    }

    /** What to compare with what the machine shows. */
    public KeyFingerprint fingerprint() {
        return KeyFingerprint.of(csr.key());
    }

    Fields toValue() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("csr", Value.of(csr.der().base64()));
        applicant.wanted().ifPresent(id -> fields.put("id", Value.of(id.value())));
        fields.put("name", Value.of(applicant.name()));
        fields.put("machine", Value.of(applicant.machine()));
        applicant.sealing().ifPresent(claim -> fields.put("sealing", claim.toValue()));
        fields.put("source", Value.of(source));
        fields.put("why", Value.of(why));
        fields.put(
                "collectives", Value.texts(collectives.stream().map(Collective::value).toList()));
        fields.put("since", Value.of(since.toEpochMilli()));
        return new Fields(fields);
    }

    static PendingRequest of(FieldReader reader) {
        Optional<NodeId> wanted = reader.optionalText("id", NodeId::new);
        return new PendingRequest(
                reader.text("csr", text -> SigningRequest.parse(Bytes.base64(text))),
                new Applicant(
                        wanted,
                        reader.text("name"),
                        reader.text("machine"),
                        reader.optionalFields("sealing").map(SealingClaim::of)),
                reader.text("source"),
                reader.text("why"),
                reader.texts("collectives", Collective::new),
                reader.instant("since"));
    }
}
