package io.muster.controller;

import io.muster.action.ActionClass;
import io.muster.message.Budget;

/**
 * How many nodes are sent to at a time, and how many of them may go wrong before no more are.
 *
 * @param size how many at a time, at least one
 * @param atMost the largest batch, whatever share {@code size} is
 * @param maxFailed how many may have failed, refused, been interrupted or said nothing
 */
public record Batches(Amount size, int atMost, Amount maxFailed) {
    /** All at once, whatever becomes of them. */
    public static final Batches ALL_AT_ONCE =
            new Batches(new Amount(100, true), Integer.MAX_VALUE, new Amount(100, true));

    /** A tenth of them, and ten at most; after a second failure no more. */
    public static final Batches CAREFUL =
            new Batches(new Amount(10, true), 10, new Amount(1, false));

    public Batches {
        if (size.number() < 1 || atMost < 1) {
            throw new IllegalArgumentException("a batch is of at least one node");
        }
    }

    /** What is usual for that class. */
    public static Batches usual(ActionClass actionClass) {
        return switch (actionClass) {
            case READ, CHANGE -> ALL_AT_ONCE;
            case DESTRUCTIVE -> CAREFUL;
        };
    }

    /** Batches of that size instead. */
    public Batches of(Amount other) {
        return new Batches(other, Integer.MAX_VALUE, maxFailed);
    }

    /** So many failures instead. */
    public Batches failing(Amount other) {
        return new Batches(size, atMost, other);
    }

    /** In exactly these steps. */
    public static Batches of(Budget budget) {
        return new Batches(
                new Amount(budget.batch(), false),
                Integer.MAX_VALUE,
                new Amount(budget.maxFailed(), false));
    }

    /** What it comes to for that many targets. */
    public Budget budget(int targets) {
        return new Budget(size(targets), maxFailed.of(targets));
    }

    /** How many of that many targets are sent to at a time. */
    int size(int targets) {
        return Math.clamp(size.of(targets), 1, atMost);
    }

    /** Whether so many failures of that many targets are too many to go on. */
    boolean over(int failed, int targets) {
        return failed > maxFailed.of(targets);
    }
}
