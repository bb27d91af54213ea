package io.muster.policy;

import java.util.Locale;

/**
 * Whether a condition holds. What cannot be judged, because a fact cannot be read or a value is of
 * another kind, never allows and always denies.
 */
public enum Holds {
    YES,
    NO,
    UNKNOWN;

    static Holds of(boolean truth) {
        return truth ? YES : NO;
    }

    /** Both: no wins over unknown, unknown over yes. */
    Holds and(Holds other) {
        if (this == NO || other == NO) {
            return NO;
        }
        return this == UNKNOWN ? UNKNOWN : other;
    }

    /** Either: yes wins over unknown, unknown over no. */
    Holds or(Holds other) {
        if (this == YES || other == YES) {
            return YES;
        }
        return this == UNKNOWN ? UNKNOWN : other;
    }

    /** The word used in output. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
