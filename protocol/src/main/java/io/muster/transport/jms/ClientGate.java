package io.muster.transport.jms;

import static java.lang.System.Logger.Level.WARNING;

import io.muster.message.Escape;

import jakarta.jms.JMSException;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stands between the network and ActiveMQ's connection: lets messages in and nothing else, so that
 * a broker cannot move, throttle or stop us with a command, and keeps the end of the connection to
 * itself, for which ActiveMQ would start a thread for each connection.
 */
final class ClientGate extends TransportFilter {
    private static final System.Logger LOG = System.getLogger(ClientGate.class.getName());

    private static final long CAUSE_LIMIT_MILLIS = 500;

    private final CompletableFuture<IOException> failed = new CompletableFuture<>();
    private final CompletableFuture<String> lost = failed.thenApply(Problem::lost);

    ClientGate(Transport next) {
        super(next);
    }

    /** Completed with the reason when the connection is over. */
    CompletableFuture<String> lost() {
        return lost;
    }

    /**
     * What is behind a failure: if the connection failed, the reason for that, which is told here a
     * moment after others have noticed.
     */
    Exception cause(Exception failure) {
        if (failure instanceof JMSException && !(failure.getCause() instanceof IOException)) {
            return failure;
        }
        try {
            return failed.get(CAUSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failure;
        }
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
        failed.complete(error);
    }

    /** Nobody waits for this connection any more, however long it takes to stop. */
    void giveUp() {
        lost.complete("closed by us");
    }

    @Override
    public void stop() throws Exception {
        try {
            super.stop();
        } finally {
            giveUp();
        }
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
