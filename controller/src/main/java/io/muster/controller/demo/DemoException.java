package io.muster.controller.demo;

/** The demonstration cannot go on; the message says what was expected and where to look. */
public final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DemoException(String problem) {
        super(problem);
    }

    DemoException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
