package io.muster.bench;

/** Names on the bare bus, where nothing of muster is. */
final class Bus {
    /** The topic of requests. */
    static final String REQUESTS = "bench.requests";

    /** The queue of replies. */
    static final String REPLIES = "bench.replies";

    private static final String CORE = "org.apache.activemq.transport.nio.SelectorManager.";

    private Bus() {}

    /**
     * Sets the system properties that ActiveMQ reads when its classes load: few threads for all
     * connections, and no search for the host's name.
     */
    static void prepareProcess() {
        System.setProperty("activemq.idgenerator.hostname", "bench");
        System.setProperty("activemq.idgenerator.localport", "1");
        System.setProperty(CORE + "corePoolSize", "4");
        System.setProperty(CORE + "maximumPoolSize", "4");
        System.setProperty(CORE + "workQueueCapacity", "20000");
        // Each selector takes one of the threads for ever: of five, at 1,024 connections each, none
        // is left to read.
        System.setProperty(CORE + "maxChannelsPerWorker", "20000");
    }
}
