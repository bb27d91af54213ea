package io.muster.action;

import io.muster.message.Escape;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** How much an action can hurt. */
public enum ActionClass {
    /** Looks, and changes nothing. */
    READ(Duration.ofMinutes(2)),
    /** Changes something; asking again brings the same state. */
    CHANGE(Duration.ofMinutes(15)),
    /** Not undone by asking again: a reboot. */
    DESTRUCTIVE(Duration.ofMinutes(5));

    /** The longest validity of a request that others have to approve first. */
    public static final Duration APPROVED_TTL = Duration.ofHours(1);

    private final Duration maxTtl;

    ActionClass(Duration maxTtl) {
        this.maxTtl = maxTtl;
    }

    /** The longest validity a node accepts for a request of this class, unless told otherwise. */
    public Duration maxTtl() {
        return maxTtl;
    }

    /** The word used in requests, specs and policies: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException if there is no such class
     */
    public static ActionClass parse(String word) {
        return Arrays.stream(values())
                .filter(c -> c.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no action class "
                                                + Escape.quoted(word)
                                                + ": read, change or destructive"));
    }

    @Override
    public String toString() {
        return word();
    }
}
