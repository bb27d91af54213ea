package io.muster.message;

/**
 * What a sender binds itself to, over what nodes want anyway.
 *
 * @param approvals without so many approvals of others no node may do it; none if 0
 * @param maxTargets how many nodes the whole run is for, which may be more than this request names;
 *     not said if 0
 */
public record Bounds(int approvals, int maxTargets) {
    /** Nothing is said. */
    public static final Bounds NONE = new Bounds(0, 0);

    /** As many as travel with one request. */
    public static final int MOST_APPROVALS = 8;

    private static final int MOST_TARGETS = 10_000_000;

    public Bounds {
        if (approvals < 0 || approvals > MOST_APPROVALS) {
            throw new IllegalArgumentException(
                    approvals + " approvals: from 1 to " + MOST_APPROVALS);
        }
        if (maxTargets < 0 || maxTargets > MOST_TARGETS) {
            throw new IllegalArgumentException("a run for " + maxTargets + " targets");
        }
    }

    /** For a run of that many targets. */
    public static Bounds targets(int maxTargets) {
        return new Bounds(0, maxTargets);
    }

    /** With so many approvals. */
    public Bounds approvals(int number) {
        return new Bounds(number, maxTargets);
    }

    /** Reads two members that may be absent, but are never 0. */
    static Bounds read(FieldReader reader) {
        return new Bounds(number(reader, "approvals"), number(reader, "maxTargets"));
    }

    private static int number(FieldReader reader, String name) {
        var number = reader.optionalWhole(name);
        if (number.isEmpty()) {
            return 0;
        }
        if (number.get() < 1 || number.get() > MOST_TARGETS) {
            throw new MalformedException("request: " + name + " of " + number.get());
        }
        return number.get().intValue();
    }
}
