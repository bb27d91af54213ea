package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * A signed message: DSSE version 1 (secure-systems-lab/dsse), with the signers' certificates beside
 * the signatures.
 *
 * <p>The payload travels as the very bytes that were signed and is looked into only after
 * verification. What is signed is the pre-authentication encoding, which covers the type as well.
 *
 * @param type what the payload is
 * @param payload the signed bytes
 * @param signatures one for each signer, at most four
 * @param certificates the signers' certificates in DER, leaf only, in the order of the signatures
 * @param attached envelopes that come along with a request, each of which stands for itself: no
 *     signature of this one covers them
 */
public record Envelope(
        PayloadType type,
        Bytes payload,
        List<Signature> signatures,
        List<Bytes> certificates,
        List<Bytes> attached) {

    /** The largest envelope, in bytes of JSON. */
    public static final int MAX_SIZE = 512 * 1024;

    /** The most envelopes that come along with one. */
    public static final int MAX_ATTACHED = 8;

    private static final int MAX_ATTACHED_SIZE = 16 * 1024;
    private static final int MAX_SIGNERS = 4;
    private static final int MAX_CERTIFICATE = 4096;
    private static final int MAX_SIGNATURE = 4096;
    private static final int KEYID = 32;

    /**
     * One signature.
     *
     * @param keyid which certificate: half of its SHA-256, {@link #keyid}; never a name to look up
     *     elsewhere
     * @param value the signature's bytes
     */
    public record Signature(String keyid, Bytes value) {
        public Signature {
            if (keyid.length() != KEYID || value.length() > MAX_SIGNATURE) {
                throw new MalformedException("envelope: a key id or signature out of bounds");
            }
        }
    }

    public Envelope {
        signatures = List.copyOf(signatures);
        certificates = List.copyOf(certificates);
        attached = List.copyOf(attached);
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNERS) {
            throw new MalformedException("envelope: from 1 to " + MAX_SIGNERS + " signatures");
        }
        if (certificates.size() != signatures.size()) {
            throw new MalformedException("envelope: a certificate for each signature");
        }
        if (certificates.stream().anyMatch(c -> c.length() > MAX_CERTIFICATE)) {
            throw new MalformedException("envelope: a certificate too large");
        }
        if (!attached.isEmpty() && type != PayloadType.REQUEST) {
            throw new MalformedException("envelope: only to a request something is attached");
        }
        if (attached.size() > MAX_ATTACHED
                || attached.stream().anyMatch(a -> a.length() > MAX_ATTACHED_SIZE)) {
            throw new MalformedException("envelope: too much is attached");
        }
        for (int i = 0; i < signatures.size(); i++) {
            if (!signatures.get(i).keyid().equals(keyid(certificates.get(i)))) {
                throw new MalformedException("envelope: a key id of another certificate");
            }
        }
    }

    /** With nothing attached. */
    public Envelope(
            PayloadType type, Bytes payload, List<Signature> signatures, List<Bytes> certificates) {
        this(type, payload, signatures, certificates, List.of());
    }

    /** The same, and these come along. */
    public Envelope with(List<Bytes> others) {
        return new Envelope(type, payload, signatures, certificates, others);
    }

    /**
     * Which envelopes come along: the SHA-256 over the SHA-256 of each of them, in hexadecimal, a
     * line each.
     */
    public String approvals() {
        var lines = attached.stream().map(each -> each.sha256().hex() + "\n").toList();
        return Bytes.utf8(String.join("", lines)).sha256().hex();
    }

    /** The key id of signatures that go with that certificate. */
    static String keyid(Bytes certificate) {
        return certificate.sha256().hex().substring(0, KEYID);
    }

    /** What is signed: DSSE's pre-authentication encoding of type and payload. */
    static Bytes signedBytes(PayloadType type, Bytes payload) {
        var name = type.mediaType();
        var head = "DSSEv1 " + name.length() + " " + name + " " + payload.length() + " ";
        var start = head.getBytes(StandardCharsets.US_ASCII);
        var all = new byte[start.length + payload.length()];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(payload.view(), 0, all, start.length, payload.length());
        return Bytes.wrap(all);
    }

    /** The JSON that travels. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("payloadType", Value.of(type.mediaType()));
        fields.put("payload", Value.of(payload.base64()));
        fields.put(
                "signatures",
                new Items(
                        signatures.stream()
                                .<Value>map(
                                        s ->
                                                Fields.EMPTY
                                                        .with("keyid", s.keyid())
                                                        .with("sig", s.value().base64()))
                                .toList()));
        fields.put("certificates", Value.texts(certificates.stream().map(Bytes::base64).toList()));
        if (!attached.isEmpty()) {
            fields.put("attached", Value.texts(attached.stream().map(Bytes::base64).toList()));
        }
        return Json.write(new Fields(fields));
    }

    /**
     * Reads an envelope from untrusted bytes; says nothing about its signatures.
     *
     * @throws MalformedException if it is anything else, or out of bounds
     */
    public static Envelope decode(Bytes document) {
        var reader = new FieldReader("envelope", Json.readEnvelope(document));
        var envelope =
                new Envelope(
                        reader.text("payloadType", PayloadType::parse),
                        reader.text("payload", Bytes::base64),
                        reader.optionalItems("signatures").orElse(List.of()).stream()
                                .map(Envelope::signature)
                                .toList(),
                        reader.texts("certificates", Bytes::base64),
                        reader.optionalTexts("attached", Bytes::base64).orElse(List.of()));
        reader.done();
        return envelope;
    }

    /**
     * Whether these bytes begin as an envelope of that type does that was written here: enough to
     * hand them to who reads such, who finds out whether they are one.
     */
    public static boolean claims(Bytes document, PayloadType type) {
        var beginning = Bytes.utf8("{\"payloadType\":\"" + type.mediaType() + "\"").view();
        var bytes = document.view();
        return bytes.length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }

    private static Signature signature(Value value) {
        if (!(value instanceof Fields fields)) {
            throw new MalformedException("envelope: a signature is not an object");
        }
        var reader = new FieldReader("signature", fields);
        var signature = new Signature(reader.text("keyid"), reader.text("sig", Bytes::base64));
        reader.done();
        return signature;
    }
}
