package io.muster.broker;

import java.time.Duration;

/**
 * What nobody may exceed, so that the broker's memory is bounded whatever its clients do.
 *
 * @param connections all of them
 * @param connectionsPerAddress those from one network address
 * @param strangersPerAddress those from one network address that have not shown a certificate yet
 * @param connectionsPerIdentity those of one operator or hub; a node has one
 * @param perConnection sessions, and likewise consumers and producers, of one connection
 * @param destinations queues and topics
 * @param memory bytes of messages that wait, in all
 * @param queueMemory bytes of messages that wait in one queue; what comes after is refused
 * @param waiting messages that wait for one slow subscriber of a broadcast; older ones are dropped
 * @param rate how fast one identity may publish; a faster one is slowed down
 */
public record BrokerLimits(
        int connections,
        int connectionsPerAddress,
        int strangersPerAddress,
        int connectionsPerIdentity,
        int perConnection,
        int destinations,
        long memory,
        long queueMemory,
        int waiting,
        Rate rate) {

    public BrokerLimits {
        if (connections < 1
                || connectionsPerAddress < 1
                || strangersPerAddress < 1
                || connectionsPerIdentity < 1
                || perConnection < 1
                || destinations < 1
                || memory < 1
                || queueMemory < 1
                || waiting < 1) {
            throw new IllegalArgumentException("a limit of the broker below one");
        }
    }

    /** For one broker with up to 10,000 nodes; half of the heap may hold messages. */
    public static BrokerLimits usual() {
        var memory = Runtime.getRuntime().maxMemory() / 2;
        return new BrokerLimits(
                20_000, 15_000, 2_000, 64, 32, 50_000, memory, memory / 2, 1_000, Rate.USUAL);
    }

    /** The same with another rate. */
    public BrokerLimits withRate(Rate other) {
        return new BrokerLimits(
                connections,
                connectionsPerAddress,
                strangersPerAddress,
                connectionsPerIdentity,
                perConnection,
                destinations,
                memory,
                queueMemory,
                waiting,
                other);
    }

    /** The same with other limits for connections from one address. */
    public BrokerLimits withPerAddress(int all, int strangers) {
        return new BrokerLimits(
                connections,
                all,
                strangers,
                connectionsPerIdentity,
                perConnection,
                destinations,
                memory,
                queueMemory,
                waiting,
                rate);
    }

    /** The same with another bound for one queue. */
    public BrokerLimits withQueueMemory(long bytes) {
        return new BrokerLimits(
                connections,
                connectionsPerAddress,
                strangersPerAddress,
                connectionsPerIdentity,
                perConnection,
                destinations,
                memory,
                bytes,
                waiting,
                rate);
    }

    /**
     * A rate of messages.
     *
     * @param messages how many may be published in each period
     * @param burst how many may be published at once after a rest
     */
    public record Rate(int messages, Duration period, int burst) {
        /** 2,000 a second, 10,000 at once. */
        public static final Rate USUAL = new Rate(2_000, Duration.ofSeconds(1), 10_000);

        public Rate {
            if (messages < 1 || burst < 1 || period.isNegative() || period.isZero()) {
                throw new IllegalArgumentException(
                        "not a rate: " + messages + " in " + period + ", " + burst + " at once");
            }
        }
    }
}
