package io.muster.broker.external;

import io.muster.message.Role;
import io.muster.security.Credentials;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Tls;
import io.muster.transport.jms.BrokerAddress;
import io.muster.trust.Series;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What somebody tries who has no certificate, or a bad one; and which other doors are open. */
final class Strangers {
    /** Doors of ActiveMQ and of Java that must not be there; what is behind each. */
    private static final Map<Integer, String> DOORS =
            new TreeMap<>(
                    Map.of(
                            1099, "JMX",
                            1883, "MQTT",
                            5672, "AMQP",
                            8161, "the web console, Jolokia",
                            61613, "STOMP",
                            61614, "WebSocket",
                            61616, "OpenWire without TLS"));

    /** Longer than any handshake takes. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    /** As many as are hardly more than a scan of ports, and more than a pool of threads has. */
    private static final int SILENT = 50;

    private static final Duration DOOR = Duration.ofSeconds(2);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Credentials member;
    private final BrokerAddress broker;
    private final Duration limit;

    /**
     * At that broker.
     *
     * @param member shows whom to trust, and what a good certificate looks like
     */
    Strangers(Credentials member, BrokerAddress broker, Duration limit) {
        this.member = member;
        this.broker = broker;
        this.limit = limit;
    }

    /**
     * One thing to try.
     *
     * @param allowed whether it must succeed; otherwise it must be refused
     */
    record Try(String what, boolean allowed, Deed deed) {}

    /** Throws if the broker refuses. */
    interface Deed {
        void run() throws IOException;
    }

    /** All of them. */
    List<Try> all() {
        var doors =
                DOORS.entrySet().stream()
                        .filter(door -> door.getKey() != broker.port())
                        .map(door -> door(door.getKey(), door.getValue()));
        var others =
                List.of(
                        new Try("handshake", true, () -> shake(Tls.mutual(member), "TLSv1.3")),
                        new Try(
                                "handshake without a certificate",
                                false,
                                () -> shake(Tls.anonymous(member.trust().root()), "TLSv1.3")),
                        new Try(
                                "handshake with a certificate of a fleet of the same name",
                                false,
                                () -> shake(Tls.mutual(lookAlike()), "TLSv1.3")),
                        new Try(
                                "handshake by TLS 1.2",
                                false,
                                () -> shake(Tls.mutual(member), "TLSv1.2")),
                        new Try("resume a session", false, () -> resume()),
                        new Try("stay without saying anything", false, () -> beSilent()),
                        new Try(
                                "handshake while " + SILENT + " others say nothing",
                                true,
                                () -> shakeAmongSilent()));
        return Stream.concat(others.stream(), doors).toList();
    }

    private Try door(int port, String behind) {
        return new Try(
                "reach port " + port + " (" + behind + ")",
                false,
                () -> {
                    try (var socket = new Socket()) {
                        socket.connect(
                                new InetSocketAddress(broker.host(), port), (int) DOOR.toMillis());
                    }
                });
    }

    /**
     * A handshake, and a word of the broker's, without which a client cannot tell that it is in.
     */
    private Instant shake(SSLContext context, String protocol) throws IOException {
        try (var tcp = new Socket()) {
            tcp.connect(
                    new InetSocketAddress(broker.host(), broker.port()), (int) limit.toMillis());
            tcp.setSoTimeout((int) limit.toMillis());
            try (var tls =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(tcp, broker.host(), broker.port(), true)) {
                tls.setEnabledProtocols(new String[] {protocol});
                tls.startHandshake();
                if (tls.getInputStream().read() < 0) {
                    throw new IOException("the broker hangs up");
                }
                return Instant.ofEpochMilli(tls.getSession().getCreationTime());
            }
        }
    }

    private void resume() throws IOException {
        var context = Tls.mutual(member);
        var first = shake(context, "TLSv1.3");
        var second = shake(context, "TLSv1.3");
        if (!second.equals(first)) {
            throw new IOException("each handshake is a new one");
        }
    }

    private void beSilent() throws IOException {
        try (var tcp = new Socket()) {
            tcp.connect(
                    new InetSocketAddress(broker.host(), broker.port()), (int) limit.toMillis());
            tcp.setSoTimeout((int) SILENCE.toMillis());
            if (tcp.getInputStream().read() < 0) {
                throw new IOException("the broker hangs up");
            }
        } catch (SocketTimeoutException e) {
            // it let us stay
        }
    }

    /** Those who say nothing are gone as soon as it is known. */
    private void shakeAmongSilent() throws IOException {
        var silent = new ArrayList<Socket>();
        try {
            for (int i = 0; i < SILENT; i++) {
                var tcp = new Socket();
                silent.add(tcp);
                tcp.connect(
                        new InetSocketAddress(broker.host(), broker.port()),
                        (int) limit.toMillis());
            }
            shake(Tls.mutual(member), "TLSv1.3");
        } finally {
            for (var tcp : silent) {
                tcp.close();
            }
        }
    }

    /** Has the same names, of another root. */
    private Credentials lookAlike() {
        var random = new SecureRandom();
        var issuance = new Issuance(random);
        var now = Instant.now();
        var fleet = member.identity().fleet();
        var root = issuance.root(fleet, now, HOUR);
        var operators = issuance.issuer(root, fleet, "operators", Series.FOUNDING, now, HOUR);
        var nodes = issuance.issuer(root, fleet, "nodes", Series.FOUNDING, now, HOUR);
        var key = Ed25519Key.generate(random);
        var issuer = member.identity().role() == Role.OPERATOR ? operators : nodes;
        var leaf = issuance.leaf(issuer, member.identity(), key.publicKey(), List.of(), now, HOUR);
        return new Credentials(key, leaf, member.trust());
    }
}
