package io.muster.broker;

/** A client said something that no client of ours says; its connection ends. */
final class ForbiddenCommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ForbiddenCommandException(String what) {
        super(what);
    }

    /** What it was; part of it may come from the client. */
    String what() {
        return String.valueOf(getMessage());
    }
}
