package io.muster.broker;

import io.muster.transport.jms.SocketTransport;

import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.util.ServiceStopper;
import org.apache.activemq.wireformat.WireFormat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The broker's end of one connection: every command passes its gate first. */
final class GuardedTransport extends SocketTransport {
    private final CommandGate gate;
    private final Optional<Peer> peer;
    private final Refusals refusals;
    private final Runnable ended;
    private final CountDownLatch named = new CountDownLatch(1);

    /**
     * Takes over a connection after its handshake.
     *
     * @param ended run once, when it is closed
     */
    GuardedTransport(
            WireFormat format,
            Socket socket,
            Socket wire,
            Optional<Peer> peer,
            Refusals refusals,
            Runnable ended)
            throws IOException {
        super(format, socket, wire);
        this.gate = peer.map(Peer::identity).map(CommandGate::of).orElseGet(CommandGate::anybody);
        this.peer = peer;
        this.refusals = refusals;
        this.ended = ended;
    }

    @Override
    public void doConsume(Object command) {
        try {
            gate.check(command);
        } catch (ForbiddenCommandException e) {
            refusals.count("forbidden command", name(), e.what());
            throw e;
        }
        if (command instanceof ConnectionInfo info) {
            named.countDown();
            info.setTransportContext(peer.isPresent() ? peer.get() : "anybody");
        }
        super.doConsume(command);
    }

    @Override
    protected void doStop(ServiceStopper stopper) throws IOException {
        try {
            super.doStop(stopper);
        } finally {
            named.countDown();
            ended.run();
        }
    }

    /** Whether the client connects, or the connection ends, within that time. */
    boolean named(Duration limit) throws InterruptedException {
        return named.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Who it is, or where. */
    String name() {
        return peer.map(p -> p.identity().brief()).orElseGet(this::getRemoteAddress);
    }
}
