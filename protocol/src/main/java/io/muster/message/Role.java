package io.muster.message;

import java.util.Locale;

/** What the holder of a certificate is; a name can never turn one into another. */
public enum Role {
    /** A managed machine. */
    NODE,
    /** A person or job that may sign requests. */
    OPERATOR,
    /** A message broker. */
    BROKER,
    /** The centre: presence and enrolment. */
    HUB;

    /** The word used in identities: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
