package io.muster.broker;

import io.muster.message.Identity;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The other end of a connection.
 *
 * @param chain what it showed to prove it, leaf first
 */
record Peer(Identity identity, List<X509Certificate> chain) {
    Peer {
        chain = List.copyOf(chain);
    }
}
