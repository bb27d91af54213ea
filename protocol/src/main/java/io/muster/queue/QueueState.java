package io.muster.queue;

import io.muster.message.Escape;

import java.util.Arrays;
import java.util.Locale;

/** How far a request came that was left at the hub for a node that was away. */
public enum QueueState {
    /** It waits for the node. */
    WAITING,
    /** It was handed out at least once: what became of it, the node knows. */
    HANDED,
    /** It was taken back before it was handed out. */
    WITHDRAWN,
    /** Its node's id was given to another machine before it was handed out. */
    PURGED,
    /** Its time ran out before it was handed out. */
    EXPIRED;

    /** The word used in answers: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException if there is no such state
     */
    public static QueueState parse(String word) {
        return Arrays.stream(values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no state of a queue: " + Escape.quoted(word)));
    }
}
