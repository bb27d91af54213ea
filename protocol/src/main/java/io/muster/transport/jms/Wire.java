package io.muster.transport.jms;

import javax.net.ssl.SSLContext;

/** What lies between us and the broker. */
public sealed interface Wire {

    /**
     * Mutual TLS 1.3; the broker's host name is checked.
     *
     * @param context holds our key, and decides whom to trust
     */
    record Tls(SSLContext context) implements Wire {}

    /** Nothing: for tests and measurements on one machine. */
    record Plain() implements Wire {}
}
