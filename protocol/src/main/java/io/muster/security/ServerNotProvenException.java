package io.muster.security;

import java.io.IOException;

/**
 * The other side of a connection did not prove to be whom it should be; nothing was sent to it. The
 * message is one line: what is wrong, and what may be the cause.
 */
public final class ServerNotProvenException extends IOException {
    private static final long serialVersionUID = 1;

    ServerNotProvenException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
