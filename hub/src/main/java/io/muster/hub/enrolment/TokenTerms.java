package io.muster.hub.enrolment;

import io.muster.message.Spans;
import io.muster.security.Attributes;

import java.time.Duration;

/**
 * What a join token is for; fixed when it is made.
 *
 * @param uses how many machines may join with it
 * @param validity how long
 * @param pattern which ids they may have
 * @param attributes what their certificates attest
 */
public record TokenTerms(int uses, Duration validity, IdPattern pattern, Attributes attributes) {
    /** The most machines that may join with one token. */
    static final int MAX_USES = 10_000;

    private static final Duration LONGEST = Duration.ofDays(30);

    public TokenTerms {
        if (uses < 1 || uses > MAX_USES) {
            throw new IllegalArgumentException("from 1 to " + MAX_USES + " uses, not " + uses);
        }
        if (validity.compareTo(Duration.ofSeconds(1)) < 0 || validity.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a validity from 1 second to 30 days, not " + Spans.print(validity));
        }
    }
}
