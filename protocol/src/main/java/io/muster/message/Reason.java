package io.muster.message;

import java.util.Arrays;
import java.util.Locale;

/** Why a node would not; stable words that scripts may depend on. */
public enum Reason {
    /** Another fleet, or a collective this node is not in. */
    WRONG_FLEET,
    /** Issued in this node's future, beyond the allowed skew. */
    FROM_FUTURE,
    /** Quotes a nonce that is not this node's, was used already, or is too old. */
    STALE_NONCE,
    /**
     * This node's clock is behind what it has seen: nothing is changed until somebody says it is
     * right.
     */
    CLOCK_BEHIND,
    /** Valid for longer than its class may be. */
    TTL_TOO_LONG,
    /** This id was seen before with other content. */
    REPLAYED,
    /** Meant for an earlier boot of this node. */
    OTHER_BOOT,
    /** Destructive, and does not say for which boot of this node it is meant. */
    NOT_BOUND,
    /** Named as a target, but this node's facts do not match the filter. */
    FILTER_MISMATCH,
    /** The policy names no rule that allows it, or one that denies it. */
    POLICY,
    /** The policy wants the approval of others, and there are not enough. */
    APPROVAL_MISSING,
    /** The policy allows it at other times: its rules, or its maintenance windows. */
    WINDOW,
    /** The policy lets nothing of the kind begin for the time being. */
    FROZEN,
    /** The policy allows it for fewer targets at a time. */
    TOO_MANY_TARGETS,
    /** The caller has had as many as this node takes in that time. */
    TOO_OFTEN,
    /** No such action here. */
    UNKNOWN_ACTION,
    /** The caller takes the action for another class than it is here. */
    CLASS_MISMATCH,
    /** An input is missing, unknown or not valid. */
    INVALID_INPUT,
    /** A secret came in clear: whoever carries messages has seen it. */
    SECRET_IN_CLEAR,
    /** A secret that was not sealed to this node for this place, or a result nobody could open. */
    NOT_SEALED,
    /** The request needs something this version does not know. */
    NOT_UNDERSTOOD,
    /** Another change is under way, or too many requests are: the message says whose. */
    BUSY,
    /** Cannot be done here: the journal or the audit log cannot be written. */
    NOT_RECORDED,
    /** The action cannot say what it would do. */
    NO_DRY_RUN,
    /** The caller, or what it asks for, is locked. */
    LOCKED,
    /** The revocation list here is too old to go by, or the caller knows a newer one. */
    LISTS_STALE;

    /** The word used in replies: lower case, hyphens. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException if there is no such reason
     */
    public static Reason parse(String word) {
        return Arrays.stream(values())
                .filter(reason -> reason.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no reason " + Escape.quoted(word)));
    }

    @Override
    public String toString() {
        return word();
    }
}
