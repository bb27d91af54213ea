package io.muster.controller.discovery;

import java.util.Arrays;
import java.util.Locale;

/** What is known of a node's being there when the targets were frozen. */
public enum Presence {
    /** Enrolled, and not heard of yet. */
    JOINING,
    /** Announces itself in time. */
    UP,
    /** Late with its announcement. */
    SUSPECT,
    /** Has not announced itself for long. */
    DOWN,
    /** Said goodbye. */
    LEFT,
    /** Said that it goes down and comes back. */
    REBOOTING,
    /** Two machines announce themselves as this node. */
    CLONE,
    /** The same, where something is to be changed: it is not asked. */
    FROZEN,
    /** It answered a call to all; the hub was not asked or does not know it. */
    ANSWERED,
    /** A state that this version has no word for. */
    UNKNOWN;

    /** The word used in output: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether there is nobody to send a request to. */
    public boolean offline() {
        return switch (this) {
            case JOINING, DOWN, LEFT, REBOOTING, FROZEN -> true;
            case UP, SUSPECT, CLONE, ANSWERED, UNKNOWN -> false;
        };
    }

    /** The state of that word; a hub newer than we are may know others. */
    static Presence parse(String word) {
        return Arrays.stream(values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
