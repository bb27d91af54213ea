package io.muster.hub.cli;

/** The command line makes no sense; the message says what is wrong and what to do. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String problem) {
        super(problem);
    }
}
