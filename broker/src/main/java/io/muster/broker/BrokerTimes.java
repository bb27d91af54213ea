package io.muster.broker;

import java.time.Duration;

/**
 * How long the broker waits.
 *
 * @param handshake for a stranger, in all, until it has shown its certificate
 * @param inactivity for a sign of life from a client, or for its name; noticed within twice that
 * @param queueIdle until a queue that is empty and unused is removed, and one of replies emptied
 *     that nobody reads; noticed with the next recheck
 * @param recheck between two looks at the certificates of those connected
 * @param longestStay for a message whose sender allows more, or for ever; replies and announcements
 *     go sooner
 */
public record BrokerTimes(
        Duration handshake,
        Duration inactivity,
        Duration queueIdle,
        Duration recheck,
        Duration longestStay) {

    public BrokerTimes {
        if (handshake.toMillis() < 1
                || inactivity.toMillis() < 10
                || queueIdle.toMillis() < 1
                || recheck.toMillis() < 1
                || longestStay.toMillis() < 1) {
            throw new IllegalArgumentException("a time limit of the broker is too short");
        }
    }

    /** 4 s, 15 s, a minute, a minute, 20 minutes. */
    public static BrokerTimes usual() {
        return new BrokerTimes(
                Duration.ofSeconds(4),
                Duration.ofSeconds(15),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(20));
    }

    /** The same with another limit for silence. */
    public BrokerTimes withInactivity(Duration other) {
        return new BrokerTimes(handshake, other, queueIdle, recheck, longestStay);
    }
}
