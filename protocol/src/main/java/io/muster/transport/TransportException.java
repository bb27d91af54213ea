package io.muster.transport;

/** The bus is away, refuses, or does not answer; the message says which, and what was tried. */
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TransportException(String problem) {
        super(problem);
    }

    public TransportException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
