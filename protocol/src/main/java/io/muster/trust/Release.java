package io.muster.trust;

import io.muster.message.Bytes;
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
 * The end of one lock, and of no other: signed by an operator, obeyed by every node that lets that
 * operator do {@code trust.lock}; or by the operators issuer itself, obeyed by all, for the day on
 * which a thief has locked everybody else out.
 *
 * @param lock the lock's id
 * @param fleet for which fleet
 * @param sender who releases; must be the signer; absent if the operators issuer does
 * @param reason why, for people
 * @param issued when it was made
 */
public record Release(
        RequestId lock, String fleet, Optional<Identity> sender, String reason, Instant issued) {

    public Release {
        Lock.checkReason(reason);
    }

    /** Who releases, in words. */
    public String by() {
        return sender.map(Identity::brief).orElse("the operators issuer");
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("lock", Value.of(lock.value()));
        fields.put("fleet", Value.of(fleet));
        sender.ifPresent(who -> fields.put("sender", Value.of(who.uri())));
        fields.put("reason", Value.of(reason));
        fields.put("issued", Value.of(issued.toEpochMilli()));
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static Release decode(Bytes payload) {
        var reader = new FieldReader("release", Json.read(payload));
        try {
            var release =
                    new Release(
                            reader.text("lock", RequestId::new),
                            reader.text("fleet"),
                            reader.optionalText("sender", Identity::parse),
                            reader.text("reason"),
                            reader.instant("issued"));
            reader.done();
            return release;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("release: " + e.getMessage(), e);
        }
    }
}
