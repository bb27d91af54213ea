package io.muster.transport.jms;

/** A broker could not be connected to; the message says which and why, in one line. */
final class Unreachable extends Exception {
    private static final long serialVersionUID = 1;

    Unreachable(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** Why, for people. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
