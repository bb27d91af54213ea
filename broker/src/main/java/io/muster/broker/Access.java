package io.muster.broker;

import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import javax.net.ssl.SSLContext;

/** Who may connect. */
public sealed interface Access {

    /**
     * Who shows a certificate, over TLS 1.3; what they may do follows from it.
     *
     * @param context holds the broker's key, and decides whose certificates are good for TLS
     * @param identify whom a chain, leaf first, proves at this moment; asked at each connection and
     *     again while it lasts, so that an expiry or a revocation ends it; nothing means refused
     * @param collectives which a node is in, and so whose requests it may read; asked at each
     *     subscription, on the thread that reads from that node
     * @param frozen whether two machines are that node, which is then given nothing to do; asked
     *     for each message to each node, so it must be quick
     */
    record Certificates(
            SSLContext context,
            Function<X509Certificate[], Optional<Identity>> identify,
            Function<NodeId, Set<Collective>> collectives,
            Predicate<NodeId> frozen)
            implements Access {

        /** Where nobody says that a node is two machines. */
        public Certificates(
                SSLContext context,
                Function<X509Certificate[], Optional<Identity>> identify,
                Function<NodeId, Set<Collective>> collectives) {
            this(context, identify, collectives, _ -> false);
        }
    }

    /** Anybody, without TLS: for tests and measurements, on a loopback address only. */
    record Anyone() implements Access {}
}
