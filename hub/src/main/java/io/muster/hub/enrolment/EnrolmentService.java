package io.muster.hub.enrolment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import io.muster.broker.Turnstile;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinClient;
import io.muster.enrolment.JoinRequest;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.AddressBlock;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import javax.net.ssl.SSLContext;

/**
 * The hub's enrolment port: HTTPS with TLS 1.3, where the hub shows its whole chain and asks for no
 * certificate. It answers {@code POST /v1/join} and nothing else.
 *
 * <p>A virtual thread for each connection; who is slow, silent or comes too often is cut off.
 */
public final class EnrolmentService implements AutoCloseable {
    /** The port unless told otherwise. */
    public static final int DEFAULT_PORT = 61618;

    private static final Logger LOG = System.getLogger(EnrolmentService.class.getName());
    private static final int BACKLOG = 256;
    private static final int AT_ONCE = 64;
    private static final int PER_ADDRESS = 100;

    /** The JDK's server reads these once, before its first instance. */
    private static final Map<String, String> LIMITS =
            Map.of(
                    "jdk.httpserver.maxConnections", "4000",
                    "sun.net.httpserver.maxIdleConnections", "50",
                    "sun.net.httpserver.idleInterval", "10",
                    "sun.net.httpserver.maxReqTime", "10",
                    "sun.net.httpserver.maxRspTime", "20",
                    "sun.net.httpserver.maxReqHeaders", "30",
                    "sun.net.httpserver.maxReqHeaderSize", "8192",
                    "sun.net.httpserver.drainAmount", "16384",
                    "sun.net.httpserver.nodelay", "true");

    static {
        LIMITS.forEach(
                (name, value) -> {
                    if (System.getProperty(name) == null) {
                        System.setProperty(name, value);
                    }
                });
    }

    private final HttpsServer server;
    private final ExecutorService threads;
    private final Enrolment enrolment;
    private final RateLimit limit;
    private final Turnstile<AddressBlock> addresses = new Turnstile<>(PER_ADDRESS);
    private final Semaphore atOnce = new Semaphore(AT_ONCE);

    private EnrolmentService(
            HttpsServer server, ExecutorService threads, Enrolment enrolment, RateLimit limit) {
        this.server = server;
        this.threads = threads;
        this.enrolment = enrolment;
        this.limit = limit;
    }

    /**
     * Listens, and answers until closed.
     *
     * @param credentials of the hub
     * @throws IOException if it cannot listen there
     */
    public static EnrolmentService start(
            InetSocketAddress address,
            Credentials credentials,
            Enrolment enrolment,
            InstantSource clock)
            throws IOException {
        var server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new OnlyTls13(Tls.serving(credentials)));
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        var limit = new RateLimit(clock, 100, Duration.ofMillis(100));
        var service = new EnrolmentService(server, threads, enrolment, limit);
        server.createContext("/", service::handle);
        server.start();
        return service;
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops listening and answering. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static final class OnlyTls13 extends HttpsConfigurator {
        OnlyTls13(SSLContext context) {
            super(context);
        }

        @Override
        public void configure(HttpsParameters parameters) {
            var tls = getSSLContext().getDefaultSSLParameters();
            tls.setProtocols(new String[] {"TLSv1.3"});
            parameters.setSSLParameters(tls);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(JoinClient.PATH)) {
                send(exchange, 404, refused(Refusal.MALFORMED, "no such place: /v1/join"));
            } else if (!exchange.getRequestMethod().equals("POST")) {
                send(exchange, 405, refused(Refusal.MALFORMED, "only POST"));
            } else {
                takeInTurn(exchange);
            }
        }
    }

    private void takeInTurn(HttpExchange exchange) throws IOException {
        var address = exchange.getRemoteAddress().getAddress();
        var block = AddressBlock.of(address);
        if (!limit.allows(address) || !addresses.enter(block)) {
            sendBusy(exchange);
            return;
        }
        try {
            join(exchange);
        } finally {
            addresses.leave(block);
        }
    }

    /** Whoever is slow to say what he wants keeps nobody waiting who has said it. */
    private void join(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readNBytes(JoinRequest.MAX_SIZE + 1);
        if (body.length > JoinRequest.MAX_SIZE) {
            send(exchange, 413, refused(Refusal.MALFORMED, "a request larger than 8 KiB"));
            return;
        }
        var source = exchange.getRemoteAddress().getAddress().getHostAddress();
        JoinRequest request;
        try {
            request = JoinRequest.decode(Bytes.wrap(body));
        } catch (MalformedException e) {
            LOG.log(Level.DEBUG, () -> "join: from " + source + ": " + e.problem());
            send(exchange, 400, refused(Refusal.MALFORMED, e.problem()));
            return;
        }
        if (!atOnce.tryAcquire()) {
            sendBusy(exchange);
            return;
        }
        JoinAnswer answer;
        try {
            answer = answer(request, source);
        } finally {
            atOnce.release();
        }
        send(exchange, 200, answer);
    }

    private static void sendBusy(HttpExchange exchange) throws IOException {
        send(exchange, 429, refused(Refusal.BUSY, "too many requests: ask again later"));
    }

    /** Whatever goes wrong with one request must not be silent, nor end the service. */
    private JoinAnswer answer(JoinRequest request, String source) {
        try {
            return enrolment.answer(request, source);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, () -> "join: from " + source + ": " + e);
            return refused(Refusal.UNABLE, "the hub cannot sign at the moment: see its log");
        }
    }

    private static JoinAnswer refused(Refusal refusal, String message) {
        return new Refused(refusal, message);
    }

    private static void send(HttpExchange exchange, int status, JoinAnswer answer)
            throws IOException {
        var body = answer.encode();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.view());
    }
}
