package io.muster.hub;

/** The hub cannot run; the message says what, where, and what to do. */
public final class HubException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public HubException(String problem) {
        super(problem);
    }

    public HubException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
