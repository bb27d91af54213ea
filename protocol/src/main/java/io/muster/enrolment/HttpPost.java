package io.muster.enrolment;

import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.security.PinnedConnection;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 exchange (RFC 9112) on a connection of its own: all of HTTP that joining needs,
 * without the classes and threads of a full client in the node agent.
 */
final class HttpPost {
    private static final int MAX_HEAD = 8 * 1024;

    private HttpPost() {}

    /**
     * Sends a JSON document and returns the body of the answer, whatever its status.
     *
     * @throws IOException if the connection breaks or falls silent
     * @throws MalformedException if the answer is not HTTP with a body of known length
     */
    static Bytes exchange(PinnedConnection connection, Endpoint server, String path, Bytes body)
            throws IOException {
        var request = new ByteArrayOutputStream();
        var head =
                "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                        .formatted(path, server, body.length());
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body.view());
        connection.out().write(request.toByteArray());
        connection.out().flush();
        var in = connection.in();
        var answer = in.readNBytes(length(head(in)));
        return Bytes.wrap(answer);
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            var next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended before the answer");
            }
            if (head.length() >= MAX_HEAD) {
                throw new MalformedException("an answer with endless headers");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int length(String head) {
        if (!head.startsWith("HTTP/1.1 ")) {
            throw new MalformedException("not an HTTP server: " + Escape.quoted(head));
        }
        var status = head.lines().findFirst().orElse("");
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.matches("content-length: *[0-9]{1,5}"))
                .map(line -> Integer.parseInt(line.substring("content-length:".length()).strip()))
                .filter(length -> length <= JoinAnswer.MAX_SIZE)
                .findFirst()
                .orElseThrow(
                        () ->
                                new MalformedException(
                                        "no answer of a hub: " + Escape.quoted(status)));
    }
}
