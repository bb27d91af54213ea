package io.muster.broker;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import io.muster.broker.HandshakeWatchdog.Watched;
import io.muster.broker.HandshakeWatchdog.WatchedServerSocket;
import io.muster.transport.Transport;

import org.apache.activemq.command.BrokerInfo;
import org.apache.activemq.openwire.OpenWireFormatFactory;
import org.apache.activemq.transport.TransportServerSupport;
import org.apache.activemq.transport.tcp.TcpTransportFactory;
import org.apache.activemq.util.ServiceStopper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

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

    private final BrokerConfig config;
    private final Refusals refusals;
    private final WatchedServerSocket server;
    private final HandshakeWatchdog watchdog;
    private final Turnstile<String> all;
    private final Turnstile<InetAddress> addresses;
    private final Turnstile<InetAddress> strangers;

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
        this.all = new Turnstile<>(config.limits().connections());
        this.addresses = new Turnstile<>(config.limits().connectionsPerAddress());
        this.strangers = new Turnstile<>(config.limits().strangersPerAddress());
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    protected void doStart() {
        Thread.ofPlatform().daemon().name("muster-bus-accept").start(this::acceptAll);
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

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                receive(watchdog.accept(server));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.log(ERROR, () -> "cannot accept connections: " + e.getMessage());
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
            }
        }
    }

    private void receive(Watched socket) {
        var address = socket.getInetAddress();
        if (!all.enter("all")) {
            refuse(socket, "too many connections", "in all");
        } else if (!addresses.enter(address)) {
            all.leave("all");
            refuse(socket, "too many connections", "from one address");
        } else if (!strangers.enter(address)) {
            leave(address);
            refuse(socket, "too many strangers", "from one address");
        } else {
            Thread.ofVirtual().name("muster-bus-handshake").start(() -> admit(socket, address));
        }
    }

    private void leave(InetAddress address) {
        addresses.leave(address);
        all.leave("all");
    }

    private void refuse(Socket socket, String kind, String detail) {
        refusals.count(kind, address(socket), detail);
        close(socket);
    }

    private void admit(Watched socket, InetAddress address) {
        var left = new AtomicBoolean();
        Runnable leave =
                () -> {
                    if (left.compareAndSet(false, true)) {
                        leave(address);
                    }
                };
        try {
            socket.setTcpNoDelay(true);
            switch (config.access()) {
                case Access.Anyone() -> {
                    socket.welcome();
                    welcome(socket, socket, Optional.empty(), leave);
                }
                case Access.Certificates certificates -> {
                    var tls =
                            socket.handshake(
                                    () -> TlsHandshake.with(socket, certificates.context()));
                    var chain = (X509Certificate[]) tls.getSession().getPeerCertificates();
                    var peer =
                            certificates
                                    .identify()
                                    .apply(chain)
                                    .map(who -> new Peer(who, Arrays.asList(chain)));
                    if (peer.isPresent()) {
                        welcome(tls, socket, peer, leave);
                    } else {
                        leave.run();
                        refuse(
                                socket,
                                "unknown certificate",
                                chain[0].getSubjectX500Principal().getName());
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            TlsHandshake.letHearWhy(socket);
            leave.run();
            refuse(socket, "no handshake", String.valueOf(e.getMessage()));
        } finally {
            strangers.leave(address);
        }
    }

    private void welcome(Socket socket, Socket wire, Optional<Peer> peer, Runnable leave)
            throws IOException {
        var formats = new OpenWireFormatFactory();
        formats.setMaxInactivityDuration(config.times().inactivity().toMillis());
        formats.setMaxInactivityDurationInitalDelay(config.times().inactivity().toMillis());
        formats.setMaxFrameSize(MAX_FRAME);
        formats.setStackTraceEnabled(false);
        var format = formats.createWireFormat();
        var transport = new GuardedTransport(format, socket, wire, peer, refusals, leave);
        try {
            getAcceptListener()
                    .onAccept(
                            new TcpTransportFactory()
                                    .serverConfigure(transport, format, new HashMap<>()));
        } catch (Exception e) {
            throw new IOException("the broker does not take the connection", e);
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
