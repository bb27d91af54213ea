package io.muster.broker;

import io.muster.message.Role;

import java.time.Duration;

/**
 * What nobody may exceed, so that the broker's memory is bounded whatever its clients do.
 *
 * @param connections all of them, of those who have shown a certificate
 * @param connectionsPerAddress those from one network address, strangers or not
 * @param strangers those that have not shown a certificate yet
 * @param strangersPerAddress those of them from one network address
 * @param perConnection sessions, and likewise consumers and producers, of one connection
 * @param destinations queues and topics
 * @param memory bytes of messages that wait, in all
 * @param queueMemory bytes of messages that wait in one queue; what comes after is refused
 * @param waiting messages that wait for one slow subscriber of a broadcast; older ones are dropped
 * @param each what one identity may have
 */
public record BrokerLimits(
        int connections,
        int connectionsPerAddress,
        int strangers,
        int strangersPerAddress,
        int perConnection,
        int destinations,
        long memory,
        long queueMemory,
        int waiting,
        Each each) {

    public BrokerLimits {
        if (connections < 1
                || connectionsPerAddress < 1
                || strangers < 1
                || strangersPerAddress < 1
                || perConnection < 1
                || destinations < 1
                || memory < 1
                || queueMemory < 1
                || waiting < 1) {
            throw belowOne();
        }
    }

    /** For one broker with up to 10,000 nodes; half of the heap may hold messages. */
    public static BrokerLimits usual() {
        var memory = Runtime.getRuntime().maxMemory() / 2;
        return new BrokerLimits(
                20_000,
                15_000,
                8_000,
                2_000,
                32,
                50_000,
                memory,
                memory / 2,
                1_000,
                Each.of(memory));
    }

    /** The same with another rate. */
    public BrokerLimits withRate(Rate other) {
        return withEach(
                new Each(
                        each.connections,
                        each.destinations,
                        each.nodeWaiting,
                        each.waiting,
                        other));
    }

    /** The same with other limits for one identity. */
    public BrokerLimits withEach(Each other) {
        return new BrokerLimits(
                connections,
                connectionsPerAddress,
                strangers,
                strangersPerAddress,
                perConnection,
                destinations,
                memory,
                queueMemory,
                waiting,
                other);
    }

    /** The same with other limits for connections from one address. */
    public BrokerLimits withPerAddress(int all, int ofStrangers) {
        return new BrokerLimits(
                connections,
                all,
                strangers,
                ofStrangers,
                perConnection,
                destinations,
                memory,
                queueMemory,
                waiting,
                each);
    }

    /** The same with other limits for connections from anywhere. */
    public BrokerLimits withInAll(int all, int ofStrangers) {
        return new BrokerLimits(
                all,
                connectionsPerAddress,
                ofStrangers,
                strangersPerAddress,
                perConnection,
                destinations,
                memory,
                queueMemory,
                waiting,
                each);
    }

    /** The same with another bound for one queue. */
    public BrokerLimits withQueueMemory(long bytes) {
        return new BrokerLimits(
                connections,
                connectionsPerAddress,
                strangers,
                strangersPerAddress,
                perConnection,
                destinations,
                memory,
                bytes,
                waiting,
                each);
    }

    private static IllegalArgumentException belowOne() {
        return new IllegalArgumentException("a limit of the broker below one");
    }

    /**
     * What one identity may have, over all its connections.
     *
     * @param connections those of one operator or hub; a node has one. As many again may be on
     *     their way in
     * @param destinations queues and topics that it was the first to use
     * @param nodeWaiting bytes of messages of one node that wait in queues; what comes after is
     *     refused
     * @param waiting the same for everybody else
     * @param rate how fast a node may publish; a faster one is slowed down. Everybody else may five
     *     times as fast: an operator writes to thousands of nodes
     */
    public record Each(
            int connections, int destinations, long nodeWaiting, long waiting, Rate rate) {
        private static final long NODE_WAITING = 16L * 1024 * 1024;
        private static final int OTHERS = 5;

        public Each {
            if (connections < 1 || destinations < 1 || nodeWaiting < 1 || waiting < 1) {
                throw belowOne();
            }
        }

        /** How fast that role may publish. */
        Rate rate(Role role) {
            return role == Role.NODE ? rate : rate.times(OTHERS);
        }

        private static Each of(long memory) {
            return new Each(64, 2_000, Math.min(NODE_WAITING, memory / 8), memory / 4, Rate.USUAL);
        }
    }

    /**
     * A rate of messages; one above 4 KiB counts as several, and a broadcast as ten.
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

        /** So many times as fast. */
        Rate times(int factor) {
            return new Rate(
                    Math.multiplyExact(messages, factor),
                    period,
                    Math.multiplyExact(burst, factor));
        }
    }
}
