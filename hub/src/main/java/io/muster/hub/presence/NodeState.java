package io.muster.hub.presence;

import io.muster.message.Escape;

import java.util.Arrays;
import java.util.Locale;

/** What the hub thinks of a node at a moment. */
public enum NodeState {
    /** It has a certificate and was not heard yet. */
    JOINING,
    /** It announces itself in time. */
    UP,
    /** Two announcements are missing, or its clock is so wrong that it may be an echo. */
    SUSPECT,
    /** Three announcements are missing. */
    DOWN,
    /** It said goodbye. */
    LEFT,
    /** It said that it goes down and comes back. */
    REBOOTING,
    /** Two machines announce themselves with its identity. */
    CLONE;

    /** The word used in answers: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException if there is no such state
     */
    public static NodeState parse(String word) {
        return Arrays.stream(values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no state " + Escape.quoted(word)));
    }
}
