package io.muster.hub.queue;

/** The queue's directory cannot be used; the message says why. */
public final class QueueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    QueueException(String message, Throwable cause) {
        super(message, cause);
    }
}
