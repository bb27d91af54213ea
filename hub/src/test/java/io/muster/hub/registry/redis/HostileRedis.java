package io.muster.hub.registry.redis;

import io.muster.message.Endpoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Speaks the protocol of a Redis on this machine, and says whatever a test wants. What a test does
 * not care for it answers as an empty Redis would.
 */
public final class HostileRedis implements AutoCloseable {
    private final ServerSocket door;
    private final Hostility hostility;
    private final Queue<Socket> callers = new ConcurrentLinkedQueue<>();

    /** What is said to a command. */
    @FunctionalInterface
    public interface Hostility {
        /**
         * Says it, if it wants to.
         *
         * @return whether that was the answer
         */
        boolean answer(List<String> words, OutputStream out) throws IOException;
    }

    /** Listens until it is closed. */
    public HostileRedis(Hostility hostility) {
        this.hostility = hostility;
        try {
            door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::listen);
    }

    /** How a hub gets there. */
    public RedisPlace place() {
        return new RedisPlace(
                new Endpoint("127.0.0.1", door.getLocalPort()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RedisPlace.PREFIX);
    }

    private void listen() {
        try {
            while (true) {
                var caller = door.accept();
                callers.add(caller);
                Thread.ofVirtual().start(() -> serve(caller));
            }
        } catch (IOException _) {
            // It is closed.
        }
    }

    private void serve(Socket caller) {
        try (caller) {
            var in = new BufferedInputStream(caller.getInputStream());
            var out = new BufferedOutputStream(caller.getOutputStream());
            while (true) {
                var words = words(in);
                if (!hostility.answer(words, out)) {
                    out.write(ascii(honest(words)));
                }
                out.flush();
            }
        } catch (IOException _) {
            // Whoever called has had enough.
        }
    }

    private static String honest(List<String> words) {
        return switch (words.getFirst()) {
            case "PING", "AUTH" -> "+OK\r\n";
            case "SCRIPT" -> bulk("0".repeat(40));
            case "EVALSHA", "HDEL" -> ":1\r\n";
            case "HSCAN" -> "*2\r\n" + bulk("0") + "*0\r\n";
            case "XREVRANGE" -> "*0\r\n";
            default -> "$-1\r\n";
        };
    }

    /** A text as it is sent. */
    public static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    /** Bytes of a text without anything else in it. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> words(InputStream in) throws IOException {
        var words = new ArrayList<String>();
        var count = number(in);
        for (long i = 0; i < count; i++) {
            var bytes = in.readNBytes((int) number(in));
            in.skipNBytes(2);
            words.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return words;
    }

    private static long number(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.append((char) c);
        }
        return Long.parseLong(line.substring(1).strip());
    }

    @Override
    public void close() {
        try {
            door.close();
            for (var caller : callers) {
                caller.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
