package io.muster.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a test cannot do without: root, a tool. Where it is missing the test is skipped; in CI,
 * which has everything and must show everything, it fails.
 */
public final class Needed {
    private Needed() {}

    /**
     * Goes on only if it is there.
     *
     * @param what it is, for people
     */
    public static void that(boolean there, String what) {
        var ci = System.getenv("CI");
        that(ci != null && !ci.isEmpty(), there, what);
    }

    /** Goes on only as root. */
    public static void root() {
        that("root".equals(System.getProperty("user.name")), "root");
    }

    static void that(boolean inCi, boolean there, String what) {
        if (inCi) {
            assertThat(there).as("needs " + what + ", which CI must have").isTrue();
        }
        assumeTrue(there, "needs " + what);
    }
}
