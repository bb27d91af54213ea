package io.muster.hub.enrolment;

/** The authority cannot do it; the message says what, where, and what to do. */
public final class AuthorityException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AuthorityException(String problem) {
        super(problem);
    }

    public AuthorityException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
