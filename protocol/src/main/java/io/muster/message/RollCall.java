package io.muster.message;

import io.muster.message.Value.Fields;

import java.time.Duration;
import java.time.Instant;

/**
 * The hub's wish that a node announces itself with all its facts: said to a node that it hears and
 * does not know.
 *
 * @param node who is asked; nobody else answers
 * @param issued when, by the hub's clock
 * @param within the answer comes at a random moment until then, so that thousands who are asked do
 *     not answer at once
 */
public record RollCall(Identity node, Instant issued, Duration within) {
    /** The longest time that a node may be told to take. */
    public static final Duration LONGEST = Duration.ofMinutes(10);

    public RollCall {
        if (within.isNegative() || within.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("within from 0 to 10 minutes");
        }
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        return Json.write(
                Fields.EMPTY
                        .with("node", node.uri())
                        .with("issued", issued.toEpochMilli())
                        .with("within", within.toMillis()));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static RollCall decode(Bytes payload) {
        var reader = new FieldReader("roll call", Json.read(payload));
        try {
            var call =
                    new RollCall(
                            reader.text("node", Identity::parse),
                            reader.instant("issued"),
                            Duration.ofMillis(reader.whole("within")));
            reader.done();
            return call;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("roll call: " + e.getMessage(), e);
        }
    }
}
