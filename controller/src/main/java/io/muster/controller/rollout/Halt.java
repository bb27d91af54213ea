package io.muster.controller.rollout;

import io.muster.message.Escape;

import java.util.Arrays;
import java.util.Locale;

/**
 * Why a run went no further, by what was agreed before it began.
 *
 * @param by what stopped it
 * @param why in words, with the figures
 */
public record Halt(Cause by, String why) {

    /** What stops a run. */
    public enum Cause {
        /** As many failed as make it stop. */
        MAX_FAILED,
        /** As many are away as make it stop. */
        MAX_OFFLINE,
        /** One of those that go first did not do it. */
        CANARY,
        /** Somebody cancelled it. */
        CANCELLED,
        /** Somebody has locked what it asks for, or who asks. */
        LOCKED,
        /** What must hold before the next batch does not. */
        GATE,
        /** Too few of a kind would be up. */
        FLOOR;

        /** The word used in output. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * The cause of that word.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Cause parse(String word) {
            return Arrays.stream(values())
                    .filter(cause -> cause.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("no cause " + Escape.quoted(word)));
        }
    }
}
