package io.muster.broker;

/** The broker cannot start; the message is one line: what, where, and what to do. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokerException(String problem) {
        super(problem);
    }

    BrokerException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
