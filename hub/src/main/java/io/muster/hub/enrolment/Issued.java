package io.muster.hub.enrolment;

import io.muster.enrolment.KeyFingerprint;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.FieldReader;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Attributes;
import io.muster.security.Certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * One certificate that a node was given, or what changed about its node since.
 *
 * @param id of the node
 * @param number counts these records under this id, from 1
 * @param generation counts the machines under this id, from 1; renewing keeps it
 * @param key whose
 * @param machine the machine id it stated
 * @param name the host name it had; may hold any characters, so escape it
 * @param by who allowed it: {@code token ID}, {@code operator NAME} or {@code renewal}
 * @param collectives the node may read the requests of these
 * @param certificate what it got
 * @param ended that it is void, if it is
 */
public record Issued(
        NodeId id,
        int number,
        int generation,
        KeyFingerprint key,
        String machine,
        String name,
        String by,
        List<Collective> collectives,
        X509Certificate certificate,
        Optional<Ended> ended) {
    public Issued {
        collectives = List.copyOf(collectives);
    }

    /** The next record: the same certificate, and the node in other collectives. */
    Issued placed(List<Collective> others, String person) {
        return new Issued(
                id, number + 1, generation, key, machine, name, person, others, certificate, ended);
    }

    /** The next record: void, by the word of a person. */
    Issued ended(Ended end, String person) {
        return new Issued(
                id,
                number + 1,
                generation,
                key,
                machine,
                name,
                person,
                collectives,
                certificate,
                Optional.of(end));
    }

    /** Whether it can be used at that moment, as far as this record says. */
    public boolean good(Instant now) {
        return now.isBefore(expires()) && ended.isEmpty();
    }

    /** Whether the id may be another machine's. */
    public boolean free() {
        return ended.map(Ended::free).orElse(false);
    }

    /** What its certificate attests. */
    public Attributes attributes() {
        return new Attributes(Certificates.attributes(certificate));
    }

    /** When it is no longer valid. */
    public Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    /** The certificate's number, in hexadecimal. */
    public String serial() {
        return certificate.getSerialNumber().toString(16);
    }

    Fields toValue() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("id", Value.of(id.value()));
        fields.put("number", Value.of(number));
        fields.put("generation", Value.of(generation));
        fields.put("serial", Value.of(serial()));
        fields.put("key", Value.of(key.hex()));
        fields.put("machine", Value.of(machine));
        fields.put("name", Value.of(name));
        fields.put("by", Value.of(by));
        fields.put(
                "collectives", Value.texts(collectives.stream().map(Collective::value).toList()));
        fields.put("certificate", Value.of(Certificates.der(certificate).base64()));
        ended.ifPresent(
                end -> {
                    fields.put("ended", Value.of(end.at().toEpochMilli()));
                    fields.put("free", Value.of(end.free()));
                });
        return new Fields(fields);
    }

    static Issued of(FieldReader reader) {
        var issued =
                new Issued(
                        reader.text("id", NodeId::new),
                        Math.toIntExact(reader.whole("number")),
                        Math.toIntExact(reader.whole("generation")),
                        reader.text("key", KeyFingerprint::new),
                        reader.text("machine"),
                        reader.text("name"),
                        reader.text("by"),
                        reader.texts("collectives", Collective::new),
                        Certificates.parse(reader.text("certificate", Bytes::base64)),
                        ended(reader));
        reader.text("serial");
        return issued;
    }

    private static Optional<Ended> ended(FieldReader reader) {
        var at = reader.optionalWhole("ended").map(Instant::ofEpochMilli);
        var free = reader.optionalTruth("free").orElse(false);
        return at.map(when -> new Ended(when, free));
    }
}
