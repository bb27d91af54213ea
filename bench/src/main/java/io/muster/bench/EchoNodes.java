package io.muster.bench;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.ReplyAddress;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Our transport without TLS, many times: each answers with as many bytes as a signed reply has, and
 * looks at nothing. Says "ready N".
 *
 * <p>{@code --port PORT --count 100 --reply 1500 --at-once 24}
 */
public final class EchoNodes {
    static final ReplyAddress REPLIES =
            ReplyAddress.of(Identity.parse("muster://bench/operator/echo"), "0");

    private static final long POLL_NANOS = 20_000_000;

    private EchoNodes() {}

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var broker = new BrokerAddress("127.0.0.1", options.number("port", 1));
        var count = options.number("count", 100);
        var size = options.number("reply", 1_500);
        var gate = new Gate(options.number("at-once", 24));
        options.check();
        var all = new ArrayList<Transport>();
        for (int number = 0; number < count; number++) {
            all.add(connect(broker, number, size, gate.setOut()));
        }
        while (gate.arrived() < count) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        System.out.println("ready " + all.size());
        System.out.flush();
        while (System.in.read() >= 0) {
            // until whoever started us is done
        }
        System.exit(0);
    }

    private static Transport connect(BrokerAddress broker, int number, int size, Runnable arrived) {
        var self = new NodeId("n-%012x".formatted(number));
        var config =
                JmsConnectionConfig.plain(
                        List.of(broker),
                        JmsConnectionConfig.clientId(Identity.node("bench", self)));
        var transport =
                JmsTransport.open(
                        config,
                        state -> {
                            if (state instanceof ConnectionState.Connected) {
                                arrived.run();
                            }
                        });
        transport.subscribe(
                new Destination.Requests(Collective.MAIN),
                request -> answer(transport, request, size));
        transport.subscribe(new Destination.Node(self), request -> {});
        return transport;
    }

    /** On a thread of its own, as actions are. */
    private static void answer(Transport transport, Bytes request, int size) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            var round = ByteBuffer.wrap(request.view()).getLong();
                            var reply = ByteBuffer.allocate(size).putLong(round).array();
                            try {
                                transport.publish(
                                        new Destination.Replies(REPLIES),
                                        Bytes.wrap(reply),
                                        Instant.now().plus(Duration.ofMinutes(1)));
                            } catch (TransportException e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }
}
