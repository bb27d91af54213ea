package io.muster.enrolment;

/** Joining came to nothing; the message is one line: what, where, and what to do. */
public final class JoinException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** In which way it came to nothing. */
    public enum Kind {
        /** The hub could not be reached, or did not answer as one, all the time. */
        UNREACHABLE,
        /** Somebody else answered; nothing was sent. */
        NOT_PROVEN,
        /** The hub said no. */
        REFUSED,
        /** Nobody has allowed it yet; asking again later with the same key may succeed. */
        STILL_PENDING,
        /** The hub's answer is not what it should be. */
        BAD_ANSWER
    }

    JoinException(Kind kind, String problem) {
        super(problem);
        this.kind = kind;
    }

    JoinException(Kind kind, String problem, Throwable cause) {
        super(problem, cause);
        this.kind = kind;
    }

    /** In which way it came to nothing. */
    public Kind kind() {
        return kind;
    }
}
