package io.muster.hub;

import io.muster.transport.jms.ConnectionState;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Logs what becomes of the hub's own connection to the bus, and knows when it was first there. */
final class BusWatch implements Consumer<ConnectionState> {
    private static final Logger LOG = System.getLogger(BusWatch.class.getName());

    private final CountDownLatch connected = new CountDownLatch(1);
    private final AtomicReference<String> last = new AtomicReference<>("no answer");

    @Override
    public void accept(ConnectionState state) {
        last.set(state.toString());
        switch (state) {
            case ConnectionState.Connected _ -> {
                LOG.log(Level.INFO, () -> "bus: " + state);
                connected.countDown();
            }
            case ConnectionState.Lost _, ConnectionState.Failed _ ->
                    LOG.log(Level.WARNING, () -> "bus: " + state);
        }
    }

    /**
     * Waits for the first connection.
     *
     * @throws HubException if there is none within the limit
     */
    void await(Duration limit) {
        try {
            if (!connected.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new HubException("the hub cannot use its own broker: " + last.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException("interrupted while starting", e);
        }
    }
}
