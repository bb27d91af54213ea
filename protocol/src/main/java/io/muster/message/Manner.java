package io.muster.message;

import java.util.Map;

/**
 * How a request wishes to be treated, besides what it asks for.
 *
 * @param follow whether the sender wishes to hear how it goes while it is under way
 * @param queued whether it is left at the hub for a node that is away: it may be valid for longer
 *     than others of its class
 */
public record Manner(boolean follow, boolean queued) {
    /** As most are. */
    public static final Manner PLAIN = new Manner(false, false);

    /** Of what somebody follows. */
    public static final Manner FOLLOWED = new Manner(true, false);

    /** Of what waits for a node. */
    public static final Manner QUEUED = new Manner(false, true);

    /** What is not wished is not said. */
    void write(Map<String, Value> fields) {
        if (follow) {
            fields.put("follow", Value.of(true));
        }
        if (queued) {
            fields.put("queued", Value.of(true));
        }
    }

    static Manner read(FieldReader reader) {
        return new Manner(wish("follow", reader), wish("queued", reader));
    }

    private static boolean wish(String name, FieldReader reader) {
        var wish = reader.optionalTruth(name);
        if (wish.isPresent() && !wish.get()) {
            throw new MalformedException("request: " + name + " is true or absent");
        }
        return wish.isPresent();
    }
}
