package io.muster.policy;

import java.util.Locale;

/**
 * One condition of a rule, held against one application.
 *
 * @param condition which
 * @param holds whether it holds
 * @param why in words: what is wanted and what there is; safe to show
 */
public record Check(Condition condition, Holds holds, String why) {

    /** The conditions a rule may have, in the order they are told. */
    public enum Condition {
        CALLER,
        ACTION,
        CLASS,
        COLLECTIVE,
        ARGUMENT,
        CALLER_ATTRIBUTE,
        NODE_ATTRIBUTE,
        FACT,
        TARGETS,
        TIME,
        APPROVALS,
        RATE;

        /** The word used in output. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
