package io.muster.broker;

import static java.lang.System.Logger.Level.DEBUG;

import io.muster.broker.HandshakeWatchdog.Watched;
import io.muster.broker.HandshakeWatchdog.WatchedServerSocket;
import io.muster.broker.Places.NoPlaceException;
import io.muster.broker.Places.Place;
import io.muster.transport.Transport;

import org.apache.activemq.command.BrokerInfo;
import org.apache.activemq.openwire.OpenWireFormatFactory;
import org.apache.activemq.transport.TransportServerSupport;
import org.apache.activemq.transport.tcp.TcpTransportFactory;
import org.apache.activemq.util.ServiceStopper;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The broker's one door: accepts, shakes hands on a virtual thread for each stranger, learns who it
 * is, and only then lets ActiveMQ know of the connection.
 *
 * <p>ActiveMQ's own connectors shake hands on the threads that everything else needs, so that
 * silent strangers keep all others out.
 */
final class BusListener extends TransportServerSupport {
    private static final System.Logger LOG = System.getLogger(BusListener.class.getName());
    private static final int MAX_FRAME = 2 * Transport.MAX_BODY;
    private static final int BACKLOG = 4_096;
    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** Else a client could ask to be never found missing. */
    private static final Map<String, String> OPTIONS = Map.of("ignoreRemoteWireFormat", "true");

    private final BrokerConfig config;
    private final Refusals refusals;
    private final WatchedServerSocket server;
    private final HandshakeWatchdog watchdog;
    private final Places places;

    /** Bound, and not accepting yet. */
    BusListener(BrokerConfig config, Refusals refusals) throws IOException {
        this.config = config;
        this.refusals = refusals;
        this.server = new WatchedServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(config.host(), config.port()), BACKLOG);
        this.watchdog =
                new HandshakeWatchdog(
                        config.times().handshake(), Runtime.getRuntime().availableProcessors());
        this.places = new Places(config.limits());
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    protected void doStart() {
        var loop =
                new AcceptLoop(
                        server::isClosed, () -> receive(watchdog.accept(server)), REST, LONGEST);
        Thread.ofPlatform().daemon().name("muster-bus-accept").start(loop);
    }

    @Override
    protected void doStop(ServiceStopper stopper) throws IOException {
        server.close();
    }

    @Override
    public void setBrokerInfo(BrokerInfo info) {
        // it is sent to clients, who need nothing of it
    }

    @Override
    public URI getConnectURI() {
        return URI.create("muster://127.0.0.1:" + port());
    }

    @Override
    public InetSocketAddress getSocketAddress() {
        return new InetSocketAddress(server.getInetAddress(), port());
    }

    @Override
    public boolean isSslServer() {
        return config.access() instanceof Access.Certificates;
    }

    /** Who comes back after a cut must not wait until the broker notices the cut. */
    @Override
    public boolean isAllowLinkStealing() {
        return true;
    }

    @Override
    public long getMaxConnectionExceededCount() {
        return 0;
    }

    @Override
    public void resetStatistics() {
        // none
    }

    private void receive(Watched socket) {
        try {
            var place = places.stranger(socket.getInetAddress());
            letIn(socket, place);
        } catch (NoPlaceException e) {
            refuse(socket, e.kind(), e.getMessage());
        }
    }

    private void letIn(Watched socket, Place place) {
        var started = false;
        try {
            Thread.ofVirtual().name("muster-bus-handshake").start(() -> admit(socket, place));
            started = true;
        } finally {
            if (!started) {
                place.leave();
                close(socket);
            }
        }
    }

    private void refuse(Socket socket, String kind, @Nullable String detail) {
        refusals.count(kind, address(socket), String.valueOf(detail));
        close(socket);
    }

    private void admit(Watched socket, Place place) {
        try {
            socket.setTcpNoDelay(true);
            switch (config.access()) {
                case Access.Anyone() -> {
                    socket.welcome();
                    place.in();
                    welcome(socket, socket, Optional.empty(), place);
                }
                case Access.Certificates certificates -> shakeHands(socket, certificates, place);
            }
        } catch (NoPlaceException e) {
            place.leave();
            refuse(socket, e.kind(), e.getMessage());
        } catch (IOException e) {
            hangUp(socket, place, e.getMessage());
        } catch (RuntimeException | Error e) {
            hangUp(socket, place, e.toString());
        }
    }

    private void hangUp(Watched socket, Place place, @Nullable String why) {
        TlsHandshake.letHearWhy(socket);
        place.leave();
        refuse(socket, "no handshake", why);
    }

    private void shakeHands(Watched socket, Access.Certificates certificates, Place place)
            throws IOException, NoPlaceException {
        var tls = socket.handshake(() -> TlsHandshake.with(socket, certificates.context()));
        var chain = (X509Certificate[]) tls.getSession().getPeerCertificates();
        var who = certificates.identify().apply(chain);
        if (who.isEmpty()) {
            place.leave();
            refuse(socket, "unknown certificate", chain[0].getSubjectX500Principal().getName());
            return;
        }
        place.in(who.get());
        welcome(tls, socket, Optional.of(new Peer(who.get(), Arrays.asList(chain))), place);
    }

    private void welcome(Socket socket, Socket wire, Optional<Peer> peer, Place place)
            throws IOException {
        var formats = new OpenWireFormatFactory();
        formats.setMaxInactivityDuration(config.times().inactivity().toMillis());
        formats.setMaxInactivityDurationInitalDelay(config.times().inactivity().toMillis());
        formats.setMaxFrameSize(MAX_FRAME);
        formats.setStackTraceEnabled(false);
        // Its tables take 8 KiB a connection to save a few words a message.
        formats.setCacheEnabled(false);
        var format = formats.createWireFormat();
        var transport = new GuardedTransport(format, socket, wire, peer, refusals, place::leave);
        try {
            getAcceptListener()
                    .onAccept(
                            new TcpTransportFactory()
                                    .serverConfigure(transport, format, new HashMap<>(OPTIONS)));
        } catch (Exception e) {
            throw new IOException("the broker does not take the connection", e);
        }
        awaitName(transport, wire);
    }

    /** Who says nothing more must not keep a place. */
    private void awaitName(GuardedTransport transport, Socket wire) {
        try {
            if (!transport.named(config.times().inactivity().multipliedBy(2))) {
                refusals.count("connection without a name", transport.name(), "closed");
                close(wire);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String address(Socket socket) {
        var address = socket.getInetAddress();
        return address == null ? "nobody" : address.getHostAddress();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(DEBUG, () -> address(socket) + ": " + e.getMessage());
        }
    }
}
