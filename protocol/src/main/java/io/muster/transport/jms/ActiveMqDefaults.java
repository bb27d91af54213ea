package io.muster.transport.jms;

/**
 * System properties that ActiveMQ reads when its classes load. Without them it looks up the host's
 * name and sleeps for 100 ms to make identifiers unique, which ours are by a random part.
 */
public final class ActiveMqDefaults {
    private ActiveMqDefaults() {}

    /** Sets them, unless they are set already; call it before anything of ActiveMQ is used. */
    public static void apply() {
        setIfAbsent("activemq.idgenerator.hostname", "muster");
        setIfAbsent("activemq.idgenerator.localport", "1");
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
