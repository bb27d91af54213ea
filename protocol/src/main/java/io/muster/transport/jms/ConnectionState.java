package io.muster.transport.jms;

import java.time.Duration;

/** What became of the connection to the bus; its text is one line for a log. */
public sealed interface ConnectionState {

    /** Connected, and all subscriptions are live. */
    record Connected(BrokerAddress broker) implements ConnectionState {
        @Override
        public String toString() {
            return "connected to " + broker;
        }
    }

    /**
     * Was connected, and is not any more.
     *
     * @param reason why, for people
     * @param retry when it will be tried again, from now
     */
    record Lost(String reason, Duration retry) implements ConnectionState {
        @Override
        public String toString() {
            return "connection lost: " + reason + "; next attempt in " + retry.toMillis() + " ms";
        }
    }

    /**
     * An attempt at every broker failed.
     *
     * @param reason why, for people
     * @param retry when it will be tried again, from now
     */
    record Failed(String reason, Duration retry) implements ConnectionState {
        @Override
        public String toString() {
            return "cannot connect: " + reason + "; next attempt in " + retry.toMillis() + " ms";
        }
    }
}
