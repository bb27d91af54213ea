package io.muster.transport.jms;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.message.Escape;

import org.apache.activemq.command.Command;
import org.apache.activemq.command.ConnectionError;
import org.apache.activemq.command.MessageDispatch;
import org.apache.activemq.command.WireFormatInfo;
import org.apache.activemq.transport.FutureResponse;
import org.apache.activemq.transport.ResponseCallback;
import org.apache.activemq.transport.Transport;
import org.apache.activemq.transport.TransportFilter;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Stands between the network and ActiveMQ's connection: lets messages in and nothing else, so that
 * a broker cannot move, throttle or stop us with a command, and keeps the end of the connection to
 * itself, for which ActiveMQ would start a thread for each connection.
 */
final class ClientGate extends TransportFilter {
    private static final System.Logger LOG = System.getLogger(ClientGate.class.getName());

    private final CompletableFuture<String> lost = new CompletableFuture<>();

    ClientGate(Transport next) {
        super(next);
    }

    /** Completed with the reason when the connection is over. */
    CompletableFuture<String> lost() {
        return lost;
    }

    @Override
    public void onCommand(Object command) {
        switch (command) {
            case MessageDispatch _, WireFormatInfo _ -> super.onCommand(command);
            case ConnectionError error -> LOG.log(WARNING, () -> refusal(error));
            case Command other -> LOG.log(System.Logger.Level.TRACE, () -> "ignored: " + other);
            default -> throw new IllegalArgumentException("not a command: " + command.getClass());
        }
    }

    @Override
    public void onException(IOException error) {
        lost.complete(Problem.lost(error));
    }

    @Override
    public void stop() throws Exception {
        super.stop();
        lost.complete("closed by us");
    }

    /** The one of the superclass forgets the callback. */
    @Override
    public FutureResponse asyncRequest(Object command, ResponseCallback callback)
            throws IOException {
        return next.asyncRequest(command, callback);
    }

    private static String refusal(ConnectionError error) {
        var reason = error.getException();
        return "the broker refuses what was published: "
                + Escape.line(
                        reason == null ? "no reason given" : String.valueOf(reason.getMessage()));
    }
}
