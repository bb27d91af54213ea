package io.muster.controller.cli;

/** What was typed cannot be meant; the message says which word, and what to type instead. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String problem) {
        super(problem);
    }
}
