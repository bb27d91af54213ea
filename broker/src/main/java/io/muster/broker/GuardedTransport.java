package io.muster.broker;

import io.muster.transport.jms.SocketTransport;

import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.util.ServiceStopper;
import org.apache.activemq.wireformat.WireFormat;

import java.io.IOException;
import java.net.Socket;
import java.util.Optional;

/** The broker's end of one connection: every command passes its gate first. */
final class GuardedTransport extends SocketTransport {
    private final CommandGate gate;
    private final Optional<Peer> peer;
    private final Refusals refusals;
    private final Runnable ended;

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
            info.setTransportContext(peer.isPresent() ? peer.get() : "anybody");
        }
        super.doConsume(command);
    }

    @Override
    protected void doStop(ServiceStopper stopper) throws IOException {
        try {
            super.doStop(stopper);
        } finally {
            ended.run();
        }
    }

    private String name() {
        return peer.map(p -> p.identity().brief()).orElseGet(this::getRemoteAddress);
    }
}
