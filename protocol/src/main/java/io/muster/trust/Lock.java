package io.muster.trust;

import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * An operator's "this must not work any more, now": signed by the operator, kept by every node that
 * lets that operator do {@code trust.lock}, until it is released or its time is over.
 *
 * @param id names it for ever
 * @param fleet for which fleet
 * @param sender who locks; must be the signer
 * @param target what is locked
 * @param reason why, for people
 * @param issued when it was made
 * @param expires when it ends by itself; absent if only a release ends it
 */
public record Lock(
        RequestId id,
        String fleet,
        Identity sender,
        LockTarget target,
        String reason,
        Instant issued,
        Optional<Instant> expires) {
    private static final int LONGEST_REASON = 200;

    public Lock {
        if (expires.isPresent() && !expires.get().isAfter(issued)) {
            throw new IllegalArgumentException("a lock ends after it was made");
        }
        checkReason(reason);
    }

    static void checkReason(String reason) {
        if (reason.length() > LONGEST_REASON || !Escape.line(reason).equals(reason)) {
            throw new IllegalArgumentException(
                    "not a reason of at most "
                            + LONGEST_REASON
                            + " plain characters: "
                            + Escape.quoted(reason));
        }
    }

    /** Whether its time is over. */
    public boolean over(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        return Json.write(toValue());
    }

    Fields toValue() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("id", Value.of(id.value()));
        fields.put("fleet", Value.of(fleet));
        fields.put("sender", Value.of(sender.uri()));
        fields.put("target", Value.of(target.text()));
        fields.put("reason", Value.of(reason));
        fields.put("issued", Value.of(issued.toEpochMilli()));
        expires.ifPresent(end -> fields.put("expires", Value.of(end.toEpochMilli())));
        return new Fields(fields);
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static Lock decode(Bytes payload) {
        return of(Json.read(payload));
    }

    static Lock of(Fields fields) {
        var reader = new FieldReader("lock", fields);
        try {
            var lock =
                    new Lock(
                            reader.text("id", RequestId::new),
                            reader.text("fleet"),
                            reader.text("sender", Identity::parse),
                            reader.text("target", LockTarget::parse),
                            reader.text("reason"),
                            reader.instant("issued"),
                            reader.optionalWhole("expires").map(Instant::ofEpochMilli));
            reader.done();
            return lock;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("lock: " + e.getMessage(), e);
        }
    }
}
