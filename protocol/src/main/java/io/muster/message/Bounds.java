package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.Optional;

/**
 * What a sender binds itself to, over what nodes want anyway.
 *
 * @param approvals without so many approvals of others no node may do it; none if 0
 * @param maxTargets how many nodes the whole run is for, which may be more than this request names;
 *     not said if 0
 * @param budget in which steps it is sent, if that was approved as well
 */
public record Bounds(int approvals, int maxTargets, Optional<Budget> budget) {
    /** Nothing is said. */
    public static final Bounds NONE = new Bounds(0, 0, Optional.empty());

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
        return new Bounds(0, maxTargets, Optional.empty());
    }

    /** With so many approvals. */
    public Bounds approvals(int number) {
        return new Bounds(number, maxTargets, budget);
    }

    /** With that budget. */
    public Bounds within(Budget other) {
        return new Bounds(approvals, maxTargets, Optional.of(other));
    }

    /** Reads members that may be absent; the first two are never 0. */
    static Bounds read(FieldReader reader) {
        return new Bounds(
                number(reader, "approvals"), number(reader, "maxTargets"), budget(reader));
    }

    private static Optional<Budget> budget(FieldReader reader) {
        var batch = number(reader, "batch");
        var failed = reader.optionalWhole("maxFailed");
        var rollout = reader.optionalFields("rollout");
        if (batch == 0 && failed.isEmpty() && rollout.isEmpty()) {
            return Optional.empty();
        }
        if (batch == 0 || failed.isEmpty()) {
            throw new MalformedException("request: one of batch and maxFailed without the other");
        }
        if (failed.get() < 0 || failed.get() > Budget.MOST) {
            throw new MalformedException("request: maxFailed of " + failed.get());
        }
        if (rollout.filter(fields -> fields.members().isEmpty()).isPresent()) {
            throw new MalformedException("request: rollout says nothing");
        }
        return Optional.of(
                new Budget(batch, failed.get().intValue(), rollout.orElse(Fields.EMPTY)));
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
