package io.muster.broker.external;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an ActiveMQ of one's own is to be told, so that it is as strict as the hub's.
 *
 * @param listen where it listens, {@code host:port}
 * @param credentials the directory of its key, its certificate and the fleet's
 * @param documents the directory of the signed documents of the hub, or of a copy
 * @param jars the plug-in and what it needs
 */
public record ExternalSettings(String listen, Path credentials, Path documents, List<String> jars) {
    /** The jars that a plug-in needs besides those that ActiveMQ has; beginnings of their names. */
    public static final List<String> NEEDED =
            List.of("muster-broker", "muster-protocol", "bcprov", "jackson-core", "re2j");

    public ExternalSettings {
        jars = List.copyOf(jars);
    }

    /**
     * The file {@code conf/activemq.xml}, whole. Nothing is stored, as with the hub's own broker:
     * requests are of use for minutes, our clients ask for no more, and what a broker loses the
     * report of a run shows as {@code no-reply}; what lies on a disk could be read long after.
     */
    public String xml() {
        return """
        <beans xmlns="http://www.springframework.org/schema/beans"
               xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
               xsi:schemaLocation="http://www.springframework.org/schema/beans
                 http://www.springframework.org/schema/beans/spring-beans.xsd
                 http://activemq.apache.org/schema/core
                 http://activemq.apache.org/schema/core/activemq-core.xsd">
          <!-- Not persistent, as the hub's own broker: what waits is of use for minutes. -->
          <broker xmlns="http://activemq.apache.org/schema/core" brokerName="muster"
                  persistent="false" useJmx="false" advisorySupport="false" schedulerSupport="false"
                  useVirtualTopics="false">
            <plugins>
              <bean xmlns="http://www.springframework.org/schema/beans"
                    class="io.muster.broker.MusterPlugin">
                <property name="listen" value="%s"/>
                <property name="credentials" value="%s"/>
                <property name="documents" value="%s"/>
                <!-- as lock-operators of the hub, if that is set there:
                <property name="lockOperators" value="operator/NAME, operator/NAME"/> -->
                <property name="collectives" value="main"/>
                <!-- for nodes that are in others, a line each, NODE COLLECTIVE COLLECTIVE:
                <property name="memberships" value="/etc/muster/memberships"/> -->
              </bean>
            </plugins>
          </broker>
        </beans>
        """
                .formatted(
                        attribute(listen),
                        attribute(credentials.toString()),
                        attribute(documents.toString()));
    }

    /** What to do, and that file, for people. */
    public String page() {
        return """
        An ActiveMQ of your own that is as strict as the broker of muster hub, in six steps.

        1. ActiveMQ Classic %s or later on Java 25 or later.

        2. These jars of muster's into its lib/:
        %s

        3. In %s, for its user alone to read, the broker's credentials: broker.key,
           broker.crt and trust.pem of the hub/ in the authority's directory. The certificate must name the
           host that nodes connect to: muster ca hub --host HOST,HOST ...

        4. In %s the documents of the hub: who is revoked or locked, and whom to
           trust. With the hub on this machine, in /etc/muster/hub.conf: documents = %s
           Elsewhere, every minute: rsync -a --delete HUB:/var/lib/muster/hub/documents/ %s/
           They are signed, so the way need not be trusted; only root or the broker's user may write there.
           Start the hub first: without its documents the broker does not start.

        5. conf/activemq.xml, whole: no <transportConnectors>, no web console (remove the import of jetty.xml).
           With any other door, a store, JMX, advisories or the scheduler the broker does not start.

        %s
        6. Start it, let the hub use it, and see that it keeps its promises; with the credentials of a node
           that was made for it and then revoked, also that it hears of that:
             muster hub --broker ssl://HOST:61617
             muster broker external --check ssl://HOST:61617 --revoked DIR
        """
                .formatted(
                        Version.LEAST,
                        jars.stream().map(jar -> "     " + jar).collect(Collectors.joining("\n")),
                        credentials,
                        documents,
                        documents,
                        documents,
                        xml().indent(5));
    }

    private static String attribute(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
