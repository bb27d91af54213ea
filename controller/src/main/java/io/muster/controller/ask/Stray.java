package io.muster.controller.ask;

import java.util.Locale;

/**
 * A message in the inbox that counts for nothing.
 *
 * @param kind why
 * @param who the signer, as far as it is proven; otherwise a dash
 * @param problem what exactly; may hold text from outside, so it is escaped where it is shown
 */
public record Stray(Kind kind, String who, String problem) {

    /** Why a message counts for nothing; stable words that scripts may depend on. */
    public enum Kind {
        /** No valid signature of this fleet. */
        UNVERIFIED,
        /** Well signed, and yet not a reply that can be read. */
        UNREADABLE,
        /** Signed by one who speaks for another, or whose role has no say here. */
        WRONG_SENDER,
        /** About a request of the same id but with other content than was sent. */
        WRONG_DIGEST,
        /** From a node that was not asked. */
        NOT_A_TARGET,
        /** A second final answer that says something else than the first. */
        CONTRADICTION,
        /** More than one sender may say. */
        TOO_MUCH,
        /** About a request that this process did not send. */
        NOT_ASKED,
        /** About a request that is over. */
        LATE;

        /** The word used in output: lower case, hyphens. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether somebody should look into it: everything but what is merely late. */
        public boolean alarming() {
            return switch (this) {
                case UNVERIFIED,
                        UNREADABLE,
                        WRONG_SENDER,
                        WRONG_DIGEST,
                        NOT_A_TARGET,
                        CONTRADICTION,
                        TOO_MUCH,
                        NOT_ASKED ->
                        true;
                case LATE -> false;
            };
        }
    }
}
