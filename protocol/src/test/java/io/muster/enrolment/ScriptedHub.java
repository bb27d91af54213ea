package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A listener that says what a test tells it to say, and remembers every byte it was sent. */
public final class ScriptedHub implements AutoCloseable {
    private final ServerSocket server;
    private final Thread serving;
    private final boolean tls;
    private final Function<Bytes, String> script;
    private final List<Bytes> heard = new CopyOnWriteArrayList<>();
    private final List<Integer> connections = new CopyOnWriteArrayList<>();

    private ScriptedHub(ServerSocket server, boolean tls, Function<Bytes, String> script) {
        this.server = server;
        this.tls = tls;
        this.script = script;
        serving = Thread.ofVirtual().start(this::serve);
    }

    /** Over TLS, with those credentials; the script makes the whole HTTP answer from the body. */
    public static ScriptedHub start(Credentials credentials, Function<Bytes, String> script)
            throws IOException {
        return start("127.0.0.1", credentials, script);
    }

    /** As above, on that loopback address. */
    public static ScriptedHub start(
            String address, Credentials credentials, Function<Bytes, String> script)
            throws IOException {
        var factory = Tls.serving(credentials).getServerSocketFactory();
        return new ScriptedHub(
                factory.createServerSocket(0, 50, InetAddress.getByName(address)), true, script);
    }

    /** Without TLS. */
    public static ScriptedHub plain(Function<Bytes, String> script) throws IOException {
        return new ScriptedHub(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), false, script);
    }

    /** An answer as HTTP. */
    public static String http(JoinAnswer answer) {
        var body = answer.encode();
        return "HTTP/1.1 200 OK\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + new String(body.view(), StandardCharsets.UTF_8);
    }

    /** A listener under that name, pinned to that fleet's root. */
    public Listener listener(String host, Credentials pinned) {
        var root = Certificates.der(pinned.trust().root()).sha256();
        return new Listener(new Endpoint(host, server.getLocalPort()), root);
    }

    /** Every request body, or whatever else came through the TLS. */
    public List<Bytes> heard() {
        return List.copyOf(heard);
    }

    /** How often somebody connected. */
    public int connections() {
        return connections.size();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                connections.add(1);
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            var body = body(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            out.write(script.apply(body).getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            // a client that turned away: what the test is about
        }
    }

    /** The body of a request; whatever came, complete or not, counts as heard. */
    private Bytes body(InputStream in) throws IOException {
        var all = new ByteArrayOutputStream();
        try {
            if (!tls) {
                all.write(in.read());
                return Bytes.utf8("");
            }
            while (!all.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                var next = in.read();
                if (next < 0) {
                    return Bytes.utf8("");
                }
                all.write(next);
            }
            var body = in.readNBytes(length(all.toString(StandardCharsets.US_ASCII)));
            all.reset();
            all.write(body);
            return Bytes.wrap(body);
        } finally {
            if (all.size() > 0) {
                heard.add(Bytes.wrap(all.toByteArray()));
            }
        }
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .mapToInt(line -> Integer.parseInt(line.substring(16)))
                .findFirst()
                .orElse(0);
    }

    /** Returns when nobody can connect any more: a port is free only after the last accept. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            serving.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
