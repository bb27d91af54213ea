package io.muster.broker.external;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an ActiveMQ of one's own is to be told, so that it is as strict as the hub's.
 *
 * @param listen where it listens, {@code host:port}
 * @param credentials the directory of its key, its certificate and the fleet's
 * @param jars the plug-in and what it needs
 */
public record ExternalSettings(String listen, Path credentials, List<String> jars) {
    /** The jars that a plug-in needs besides those that ActiveMQ has; beginnings of their names. */
    public static final List<String> NEEDED =
            List.of("muster-broker", "muster-protocol", "bcprov", "jackson-core", "re2j");

    public ExternalSettings {
        jars = List.copyOf(jars);
    }

    /** The file {@code conf/activemq.xml}, whole. */
    public String xml() {
        return """
        <beans xmlns="http://www.springframework.org/schema/beans"
               xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
               xsi:schemaLocation="http://www.springframework.org/schema/beans
                 http://www.springframework.org/schema/beans/spring-beans.xsd
                 http://activemq.apache.org/schema/core
                 http://activemq.apache.org/schema/core/activemq-core.xsd">
          <broker xmlns="http://activemq.apache.org/schema/core" brokerName="muster"
                  persistent="false" useJmx="false" advisorySupport="false" schedulerSupport="false"
                  useVirtualTopics="false">
            <plugins>
              <bean xmlns="http://www.springframework.org/schema/beans"
                    class="io.muster.broker.MusterPlugin">
                <property name="listen" value="%s"/>
                <property name="credentials" value="%s"/>
                <property name="collectives" value="main"/>
                <!-- for nodes that are in others, a line each, NODE COLLECTIVE COLLECTIVE:
                <property name="memberships" value="/etc/muster/memberships"/> -->
              </bean>
            </plugins>
          </broker>
        </beans>
        """
                .formatted(attribute(listen), attribute(credentials.toString()));
    }

    /** What to do, and that file, for people. */
    public String page() {
        return """
        An ActiveMQ of your own that is as strict as the broker of muster hub, in five steps.

        1. ActiveMQ Classic %s or later on Java 25 or later.

        2. These jars of muster's into its lib/:
        %s

        3. In %s, for its user alone to read, the broker's credentials: broker.key,
           broker.crt and trust.pem of the hub/ in the authority's directory. The certificate must name the
           host that nodes connect to: muster ca hub --host HOST,HOST ...

        4. conf/activemq.xml, whole: no <transportConnectors>, no web console (remove the import of jetty.xml).
           With any other door, JMX, advisories or the scheduler the broker does not start.

        %s
        5. Start it, see that it keeps its promises, and let the hub use it:
             muster broker external --check ssl://HOST:61617
             muster hub --broker ssl://HOST:61617
        """
                .formatted(
                        Version.LEAST,
                        jars.stream().map(jar -> "     " + jar).collect(Collectors.joining("\n")),
                        credentials,
                        xml().indent(5));
    }

    private static String attribute(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
