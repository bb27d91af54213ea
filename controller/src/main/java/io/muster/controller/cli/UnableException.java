package io.muster.controller.cli;

/** It was meant well and cannot be done; the message says why. */
final class UnableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnableException(String problem) {
        super(problem);
    }
}
