package io.muster.broker;

import io.muster.security.Credentials;

import org.apache.activemq.broker.BrokerService;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/**
 * ActiveMQ as it comes, without anything of ours, in a process of its own: mutual TLS with the
 * standard system properties. Prints its port and lives until its input ends.
 */
final class StockBrokerProcess implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final Process process;
    private final int port;

    private StockBrokerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Started, and listening on the loopback address. */
    static StockBrokerProcess start(Credentials broker, Path directory)
            throws IOException, GeneralSecurityException {
        var store = directory.resolve("broker.p12");
        write(store, broker);
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djavax.net.ssl.keyStore=" + store,
                        "-Djavax.net.ssl.keyStorePassword=" + PASSWORD,
                        "-Djavax.net.ssl.trustStore=" + store,
                        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                        "-cp",
                        System.getProperty("java.class.path"),
                        StockBrokerProcess.class.getName());
        var log = directory.resolve("broker.log");
        var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        var line = process.inputReader().readLine();
        if (line == null) {
            throw new IOException("the broker's process ended: " + Files.readString(log));
        }
        return new StockBrokerProcess(process, Integer.parseInt(line));
    }

    int port() {
        return port;
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

    private static void write(Path store, Credentials broker)
            throws GeneralSecurityException, IOException {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, PASSWORD.toCharArray());
        var key =
                KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new PKCS8EncodedKeySpec(broker.key().pkcs8().toArray()));
        var issuer = broker.trust().issuer(broker.identity().role());
        var chain = new Certificate[] {broker.certificate(), issuer};
        keys.setKeyEntry("broker", key, PASSWORD.toCharArray(), chain);
        keys.setCertificateEntry("root", broker.trust().root());
        try (var out = Files.newOutputStream(store)) {
            keys.store(out, PASSWORD.toCharArray());
        }
    }

    /** The broker's process. */
    static void main() throws Exception {
        var service = new BrokerService();
        service.setBrokerName("stock");
        service.setPersistent(false);
        service.setUseJmx(false);
        service.setUseShutdownHook(false);
        var connector =
                service.addConnector(
                        URI.create(
                                "nio+ssl://127.0.0.1:0?needClientAuth=true"
                                        + "&transport.enabledProtocols=TLSv1.3"));
        service.start();
        service.waitUntilStarted();
        System.out.println(connector.getConnectUri().getPort());
        while (System.in.read() >= 0) {
            // until whoever started us goes away
        }
        service.stop();
    }
}
