package io.muster.bench;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks over our transport without TLS, with as many bytes as a signed request has, and believes
 * everything.
 *
 * <p>{@code --port PORT --request 1200}
 */
public final class EchoTalker implements Asker {
    private static final long LIMIT_SECONDS = 60;

    private final Meter transport;
    private final int size;
    private final Semaphore answers = new Semaphore(0);
    private volatile long round;

    private EchoTalker(BrokerAddress broker, int size) {
        this.size = size;
        var config = JmsConnectionConfig.plain(List.of(broker), "operator/echo/1");
        transport = new Meter(JmsTransport.connect(config, Duration.ofSeconds(10)));
        transport.subscribe(new Destination.Replies(EchoNodes.REPLIES), this::take);
    }

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var broker = new BrokerAddress("127.0.0.1", options.number("port", 1));
        var size = options.number("request", 1_200);
        options.check();
        try (var talker = new EchoTalker(broker, size)) {
            new Interview(talker, System.out).hold();
        }
    }

    @Override
    public int ask(Verb verb, int nodes) throws InterruptedException {
        var next = round + 1;
        round = next;
        answers.drainPermits();
        var body = ByteBuffer.allocate(size).putLong(next).array();
        transport.publishConfirmed(
                new Destination.Requests(Collective.MAIN),
                Bytes.wrap(body),
                Instant.now().plus(Duration.ofMinutes(1)),
                Duration.ofSeconds(5));
        var all = answers.tryAcquire(nodes, LIMIT_SECONDS, TimeUnit.SECONDS);
        return all ? nodes : answers.availablePermits();
    }

    @Override
    public int present() {
        return -1;
    }

    @Override
    public Traffic traffic() {
        return transport.traffic();
    }

    @Override
    public void close() {
        transport.close();
    }

    private void take(Bytes reply) {
        if (ByteBuffer.wrap(reply.view()).getLong() == round) {
            answers.release();
        }
    }
}
