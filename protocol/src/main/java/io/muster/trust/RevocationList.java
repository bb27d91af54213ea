package io.muster.trust;

import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which certificates are void although they have not expired; signed by an issuer itself. The list
 * with the higher number replaces the one before as a whole.
 *
 * @param fleet for which fleet
 * @param issuer who says so; the operators issuer may revoke anybody, the nodes issuer no operator
 * @param number counts the issuer's lists, from 1
 * @param issued when it was made
 * @param nextUpdate when there will be another: after that somebody may be hiding one
 * @param revoked the void certificates
 */
public record RevocationList(
        String fleet,
        IssuerName issuer,
        long number,
        Instant issued,
        Instant nextUpdate,
        List<Revoked> revoked) {

    /** The most entries: what still fits one message. */
    public static final int MOST = 1_500;

    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,40}");
    private static final int LONGEST_REASON = 64;

    /**
     * One void certificate.
     *
     * @param identity whose it was
     * @param serial its number, in hexadecimal
     * @param until when it would have expired
     * @param reason why it is void, for people
     */
    public record Revoked(Identity identity, String serial, Instant until, String reason) {
        public Revoked {
            if (!SERIAL.matcher(serial).matches()) {
                throw new IllegalArgumentException("not a serial: " + Escape.quoted(serial));
            }
            checkReason(reason);
        }

        /**
         * Refuses what cannot be given as a reason.
         *
         * @throws IllegalArgumentException if it is too long, or not plain text on one line
         */
        public static void checkReason(String reason) {
            if (reason.length() > LONGEST_REASON || !Escape.line(reason).equals(reason)) {
                throw new IllegalArgumentException(
                        "not a reason of at most "
                                + LONGEST_REASON
                                + " plain characters: "
                                + Escape.quoted(reason));
            }
        }

        /** The form that travels and rests. */
        public Fields toValue() {
            return Fields.EMPTY
                    .with("identity", identity.uri())
                    .with("serial", serial)
                    .with("until", until.toEpochMilli())
                    .with("reason", reason);
        }

        static Revoked of(Value value) {
            if (!(value instanceof Fields fields)) {
                throw new MalformedException("revoked: not an object");
            }
            var reader = new FieldReader("revoked", fields);
            var revoked =
                    new Revoked(
                            reader.text("identity", Identity::parse),
                            reader.text("serial"),
                            reader.instant("until"),
                            reader.text("reason"));
            reader.done();
            return revoked;
        }
    }

    public RevocationList {
        revoked = List.copyOf(revoked);
        if (number < 1) {
            throw new IllegalArgumentException("lists are numbered from 1");
        }
        if (!nextUpdate.isAfter(issued)) {
            throw new IllegalArgumentException("the next update comes after the issue");
        }
        if (revoked.size() > MOST) {
            throw new IllegalArgumentException(
                    revoked.size() + " revoked certificates, and " + MOST + " are the most");
        }
        var seen = new HashSet<String>();
        for (var entry : revoked) {
            if (!entry.identity().fleet().equals(fleet)) {
                throw new IllegalArgumentException(entry.identity() + " is of another fleet");
            }
            if (!issuer.mayRevoke(entry.identity().role())) {
                throw new IllegalArgumentException(
                        "the nodes issuer may not revoke " + entry.identity().brief());
            }
            if (!seen.add(entry.identity().uri() + " " + entry.serial())) {
                throw new IllegalArgumentException(
                        entry.identity().brief() + " " + entry.serial() + " is listed twice");
            }
        }
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("fleet", Value.of(fleet));
        fields.put("issuer", Value.of(issuer.word()));
        fields.put("number", Value.of(number));
        fields.put("issued", Value.of(issued.toEpochMilli()));
        fields.put("nextUpdate", Value.of(nextUpdate.toEpochMilli()));
        fields.put("revoked", new Items(revoked.stream().<Value>map(Revoked::toValue).toList()));
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static RevocationList decode(Bytes payload) {
        var reader = new FieldReader("revocation list", Json.read(payload));
        try {
            var list =
                    new RevocationList(
                            reader.text("fleet"),
                            reader.text("issuer", IssuerName::parse),
                            reader.whole("number"),
                            reader.instant("issued"),
                            reader.instant("nextUpdate"),
                            reader
                                    .optionalItems("revoked")
                                    .orElseThrow(
                                            () ->
                                                    new MalformedException(
                                                            "revocation list: has no revoked"))
                                    .stream()
                                    .map(Revoked::of)
                                    .toList());
            reader.done();
            return list;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("revocation list: " + e.getMessage(), e);
        }
    }
}
