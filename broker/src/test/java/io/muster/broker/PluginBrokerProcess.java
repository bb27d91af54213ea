package io.muster.broker;

import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.w3c.dom.Element;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import javax.xml.parsers.DocumentBuilderFactory;

/**
 * ActiveMQ as somebody runs it by himself, in a process of its own, told by an {@code
 * activemq.xml}: attributes of the broker, and a plug-in with its properties. Reads that much of
 * the file as Spring would.
 */
public final class PluginBrokerProcess implements AutoCloseable {
    private static final String STARTED = "started";

    private final Process process;

    private PluginBrokerProcess(Process process) {
        this.process = process;
    }

    /** Started, and listening where the file says. */
    public static PluginBrokerProcess start(String xml, Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("activemq.xml"), xml);
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PluginBrokerProcess.class.getName(),
                        file.toString());
        var log = directory.resolve("external.log");
        var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        var line = process.inputReader().readLine();
        if (!STARTED.equals(line)) {
            throw new IOException("the broker does not start: " + Files.readString(log));
        }
        return new PluginBrokerProcess(process);
    }

    /** A port that nobody listens on. */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The broker that such a file describes, not started. */
    static BrokerService described(Path file) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        var root = factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
        var broker = only(root, "broker");
        var service = new BrokerService();
        service.setUseShutdownHook(false);
        var attributes = broker.getAttributes();
        for (var i = 0; i < attributes.getLength(); i++) {
            var name = attributes.item(i).getNodeName();
            if (!name.startsWith("xmlns")) {
                set(service, name, attributes.item(i).getNodeValue());
            }
        }
        var bean = only(broker, "bean");
        var plugin =
                Class.forName(bean.getAttribute("class"))
                        .asSubclass(BrokerPlugin.class)
                        .getDeclaredConstructor()
                        .newInstance();
        var properties = bean.getElementsByTagName("property");
        for (var i = 0; i < properties.getLength(); i++) {
            var property = (Element) properties.item(i);
            set(plugin, property.getAttribute("name"), property.getAttribute("value"));
        }
        service.setPlugins(new BrokerPlugin[] {plugin});
        return service;
    }

    private static Element only(Element parent, String name) {
        var found = parent.getElementsByTagName(name);
        if (found.getLength() != 1) {
            throw new IllegalArgumentException(found.getLength() + " elements <" + name + ">");
        }
        return (Element) found.item(0);
    }

    private static void set(Object bean, String property, String value) throws Exception {
        var setter =
                "set" + property.substring(0, 1).toUpperCase(Locale.ROOT) + property.substring(1);
        Method method =
                Arrays.stream(bean.getClass().getMethods())
                        .filter(m -> m.getName().equals(setter) && m.getParameterCount() == 1)
                        .findFirst()
                        .orElseThrow();
        var type = method.getParameterTypes()[0];
        method.invoke(bean, type == boolean.class ? (Object) Boolean.valueOf(value) : value);
    }

    /** The broker's process. */
    static void main(String[] words) throws Exception {
        var service = described(Path.of(words[0]));
        service.start();
        service.waitUntilStarted();
        System.out.println(STARTED);
        while (System.in.read() >= 0) {
            // until whoever started us goes away
        }
        service.stop();
    }
}
