package io.muster.controller.cli;

import io.muster.controller.ExitCode;

/** It cannot be done; the message says why and the code says it to a script. */
final class UnableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode code;

    UnableException(String message) {
        this(message, ExitCode.UNABLE);
    }

    UnableException(String message, ExitCode code) {
        super(message);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }
}
