package io.muster.security;

/** A key or certificate file that cannot be used; the message says which, why, and what to do. */
public final class SecurityFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SecurityFileException(String problem) {
        super(problem);
    }

    public SecurityFileException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
