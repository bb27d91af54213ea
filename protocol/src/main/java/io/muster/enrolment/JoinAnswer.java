package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a hub says to a machine that asks to join. */
public sealed interface JoinAnswer {

    /** The largest answer a machine reads, in bytes. */
    int MAX_SIZE = 64 * 1024;

    /**
     * Welcome. The same request with the same key gets the same answer again.
     *
     * @param certificate the node's certificate in DER
     * @param trust root and issuers in DER
     * @param collectives which collectives it is in
     * @param broker where the bus is
     * @param set the signed trust set, if the authority was ever changed: so that nobody can lead
     *     the machine back to an older one
     */
    record Granted(
            Bytes certificate,
            List<Bytes> trust,
            List<Collective> collectives,
            Endpoint broker,
            Optional<Bytes> set)
            implements JoinAnswer {
        public Granted {
            trust = List.copyOf(trust);
            collectives = List.copyOf(collectives);
        }
    }

    /**
     * A person has to allow it; ask again with the same key.
     *
     * @param retryAfter how long to wait before asking again
     * @param fingerprint of the key, as the hub sees it
     */
    record Pending(Duration retryAfter, KeyFingerprint fingerprint) implements JoinAnswer {}

    /**
     * No.
     *
     * @param refusal a stable word for programs
     * @param message what is wrong and what to do, on one line
     */
    record Refused(Refusal refusal, String message) implements JoinAnswer {}

    /** Why a hub says no. */
    enum Refusal {
        /** Not a join request this hub can read. */
        MALFORMED,
        /** Too many requests from there, or in all: later. */
        BUSY,
        /** No token with that id, or the proof does not fit it. */
        TOKEN_UNKNOWN,
        /** As many machines joined with that token as it allows. */
        TOKEN_USED,
        /** That token is no longer valid. */
        TOKEN_EXPIRED,
        /** The token is for other ids. */
        ID_NOT_ALLOWED,
        /** Another machine has that id. */
        ID_TAKEN,
        /** The key has a certificate under another id. */
        KEY_KNOWN,
        /** A person said no. */
        REJECTED,
        /** The certificates of the key are void. */
        REVOKED,
        /** Two machines have the key: nobody is let in with it until a person decides. */
        FROZEN,
        /** The hub cannot do it now; its log says why. */
        UNABLE;

        /** The word that travels: lower case, hyphens. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether the same request may be granted a little later. */
        public boolean passing() {
            return this == BUSY || this == UNABLE;
        }

        static Refusal parse(String word) {
            return Arrays.stream(values())
                    .filter(refusal -> refusal.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("not one: " + Escape.quoted(word)));
        }
    }

    /** The JSON that travels. */
    default Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        switch (this) {
            case Granted(var certificate, var trust, var collectives, var broker, var set) -> {
                fields.put("answer", Value.of("granted"));
                fields.put("certificate", Value.of(certificate.base64()));
                fields.put("trust", Value.texts(trust.stream().map(Bytes::base64).toList()));
                fields.put(
                        "collectives",
                        Value.texts(collectives.stream().map(Collective::value).toList()));
                fields.put("broker", Value.of(broker.toString()));
                set.ifPresent(document -> fields.put("set", Value.of(document.base64())));
            }
            case Pending(var retryAfter, var fingerprint) -> {
                fields.put("answer", Value.of("pending"));
                fields.put("retryAfter", Value.of(retryAfter.toMillis()));
                fields.put("fingerprint", Value.of(fingerprint.hex()));
            }
            case Refused(var refusal, var message) -> {
                fields.put("answer", Value.of("refused"));
                fields.put("reason", Value.of(refusal.word()));
                fields.put("message", Value.of(message));
            }
        }
        return Json.write(new Fields(fields));
    }

    /**
     * Reads an answer.
     *
     * @throws MalformedException if it is anything else
     */
    static JoinAnswer decode(Bytes document) {
        var reader = new FieldReader("join answer", Json.read(document));
        var kind = reader.text("answer");
        var answer =
                switch (kind) {
                    case "granted" ->
                            new Granted(
                                    reader.text("certificate", Bytes::base64),
                                    reader.texts("trust", Bytes::base64),
                                    reader.texts("collectives", Collective::new),
                                    reader.text("broker", Endpoint::parse),
                                    reader.optionalText("set", Bytes::base64));
                    case "pending" ->
                            new Pending(
                                    retryAfter(reader.whole("retryAfter")),
                                    reader.text("fingerprint", KeyFingerprint::new));
                    case "refused" ->
                            new Refused(
                                    reader.text("reason", Refusal::parse), reader.text("message"));
                    default ->
                            throw new MalformedException(
                                    "join answer: no such answer " + Escape.quoted(kind));
                };
        reader.done();
        return answer;
    }

    private static Duration retryAfter(long millis) {
        if (millis < 0 || millis > 3_600_000) {
            throw new MalformedException("join answer: retryAfter from 0 to an hour");
        }
        return Duration.ofMillis(millis);
    }
}
