package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.broker.external.ExternalCheck;
import io.muster.broker.external.Finding;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The check tells a strict broker from one that is not; the printed settings make a strict one. It
 * waits a lot, for those who say nothing.
 */
@Execution(ExecutionMode.CONCURRENT)
class ExternalBrokerTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir private Path directory;
    private final TestFleet fleet = TestFleet.create();
    private final Credentials node = fleet.node("checked");
    private final Credentials operator = fleet.operator("checker");

    private List<Finding> check(int port) {
        return findings(
                port,
                (check, told) -> {
                    check.asStranger(node, told);
                    check.as(node, told);
                    check.as(operator, told);
                });
    }

    private static List<Finding> findings(
            int port, BiConsumer<ExternalCheck, Consumer<Finding>> deed) {
        var findings = new ArrayList<Finding>();
        deed.accept(new ExternalCheck(new BrokerAddress("localhost", port), LIMIT), findings::add);
        return findings;
    }

    @Test
    void ourOwnBrokerKeepsAllPromises() {
        try (var bus = new BrokerFixture(fleet, c -> c)) {
            assertThat(check(bus.broker().port())).hasSizeGreaterThan(60).allMatch(Finding::ok);
        }
    }

    @Test
    void activeMqWithThePrintedSettingsKeepsAllPromisesAndCarriesMessages() throws Exception {
        var port = PluginBrokerProcess.freePort();
        try (var _ = PluginBrokerProcess.start(xml(port), directory)) {
            assertThat(check(port)).hasSizeGreaterThan(60).allMatch(Finding::ok);

            var mail = new Destination.Requests(Collective.MAIN);
            var got = new ConcurrentLinkedQueue<Bytes>();
            try (var reader = connect(fleet.node("mail"), port);
                    var writer = connect(operator, port)) {
                reader.subscribe(mail, got::add);
                arrives(writer, mail, got);
            }
        }
    }

    private static void arrives(JmsTransport from, Destination to, Queue<Bytes> got) {
        Awaitility.await()
                .atMost(BrokerFixture.PATIENCE)
                .until(
                        () -> {
                            from.publish(to, Bytes.utf8("work"), Instant.now().plusSeconds(60));
                            return got.contains(Bytes.utf8("work"));
                        });
    }

    @Test
    void activeMqAsItComesKeepsFew() throws Exception {
        try (var stock = StockBrokerProcess.start(fleet.broker(), directory)) {
            var findings = check(stock.port());

            assertThat(failed(findings))
                    .contains(
                            "read muster.hub",
                            "read muster.>",
                            "read ActiveMQ.Advisory.>",
                            "write muster.requests.main",
                            "browse its own queue",
                            "make a durable subscription",
                            "make a temporary queue",
                            "connect under another's client id",
                            "make a queue",
                            "remove a queue",
                            "write compressed bytes",
                            "resume a session",
                            "be connected 65 times at once")
                    .doesNotContain(
                            "handshake",
                            "handshake without a certificate",
                            "read its own queue",
                            "meet ActiveMQ 6.3.1 or later");
        }
    }

    @Test
    void aBrokerThatLetsOneBeThereTooOftenIsFound() {
        var usual = BrokerLimits.usual();
        var each = usual.each();
        var more =
                new BrokerLimits.Each(
                        100, each.destinations(), each.nodeWaiting(), each.waiting(), each.rate());
        try (var bus = new BrokerFixture(fleet, c -> c.withLimits(usual.withEach(more)))) {
            var found = findings(bus.broker().port(), (check, told) -> check.as(operator, told));
            assertThat(failed(found)).containsExactly("be connected 65 times at once");
        }
    }

    @Test
    void aBrokerThatSilenceKeepsBusyIsFound() {
        var few = BrokerLimits.usual().withInAll(20_000, 50);
        try (var bus = new BrokerFixture(fleet, c -> c.withLimits(few).withTimes(brief()))) {
            var found = findings(bus.broker().port(), (c, told) -> c.asStranger(node, told));
            assertThat(failed(found)).containsExactly("handshake while 50 others say nothing");
        }
    }

    private static BrokerTimes brief() {
        var usual = BrokerTimes.usual();
        return new BrokerTimes(
                Duration.ofSeconds(1),
                usual.inactivity(),
                usual.queueIdle(),
                usual.recheck(),
                usual.longestStay());
    }

    @Test
    void aBrokerThatHearsOfNoRevocationIsFound() {
        var stolen = fleet.operator("stolen");
        try (var deaf = new BrokerFixture(fleet, c -> c)) {
            var found = findings(deaf.broker().port(), (c, told) -> c.asRevoked(stolen, told));
            assertThat(failed(found)).containsExactly("connect with a certificate that is revoked");
        }
    }

    /** What would be stored here is stored by no broker of ours. */
    @Test
    void theStoreIsAsInOurOwnBroker() throws Exception {
        var printed = PluginBrokerProcess.described(write("activemq.xml", xml(1)));
        try (var bus = new BrokerFixture(fleet, c -> c)) {
            assertThat(printed.isPersistent())
                    .isEqualTo(bus.config().storage() instanceof Storage.Disk);
        }
    }

    private static List<String> failed(List<Finding> findings) {
        return findings.stream().filter(finding -> !finding.ok()).map(Finding::what).toList();
    }

    @Test
    void collectivesOfSomeNodesAreReadFromAFileAndWhenItChanges() throws Exception {
        var file = write("memberships", "# who is where\nmail dr main\nold\n");
        var port = PluginBrokerProcess.freePort();
        var xml =
                xml(port)
                        .replace(
                                "<property name=\"collectives\"",
                                "<property name=\"memberships\" value=\""
                                        + file
                                        + "\"/><property name=\"collectives\"");
        var dr = new Destination.Requests(new Collective("dr"));
        try (var _ = PluginBrokerProcess.start(xml, directory);
                var mail = connect(fleet.node("mail"), port);
                var web = connect(fleet.node("web"), port);
                var writer = connect(operator, port)) {
            var mails = new ConcurrentLinkedQueue<Bytes>();
            mail.subscribe(dr, mails::add);
            arrives(writer, dr, mails);

            assertThatThrownBy(() -> web.subscribe(dr, _ -> {}))
                    .hasMessageContaining("may not read");
            write("memberships", "mail dr main\nweb dr\n");
            var webs = new ConcurrentLinkedQueue<Bytes>();
            Awaitility.await()
                    .atMost(BrokerFixture.PATIENCE)
                    .ignoreExceptions()
                    .until(
                            () -> {
                                web.subscribe(dr, webs::add);
                                return true;
                            });
            arrives(writer, dr, webs);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "persistent, persistent",
        "useJmx, useJmx",
        "advisorySupport, advisorySupport",
        "schedulerSupport, schedulerSupport",
        "useVirtualTopics, useVirtualTopics"
    })
    void aBrokerThatDoesMoreThanCarryDoesNotStart(String attribute, String named) throws Exception {
        var xml = xml(PluginBrokerProcess.freePort());
        var weak = xml.replace(attribute + "=\"false\"", attribute + "=\"true\"");
        assertThat(weak).isNotEqualTo(xml);

        var service = PluginBrokerProcess.described(write("weak.xml", weak));
        service.setDataDirectory(directory.toString());
        doesNotStart(service, named);
    }

    @Test
    void aBrokerWithAnotherDoorDoesNotStart() throws Exception {
        var service =
                PluginBrokerProcess.described(
                        write("activemq.xml", xml(PluginBrokerProcess.freePort())));
        service.addConnector("tcp://127.0.0.1:0");

        doesNotStart(service, "<transportConnectors>");
    }

    @Test
    void aPluginWithoutCredentialsDoesNotStart() {
        var service = new BrokerService();
        service.setPersistent(false);
        service.setUseJmx(false);
        service.setAdvisorySupport(false);
        service.setUseVirtualTopics(false);
        service.setUseShutdownHook(false);
        var plugin = new MusterPlugin();
        plugin.setCredentials(directory.toString());
        service.setPlugins(new BrokerPlugin[] {plugin});

        doesNotStart(service, "trust.pem");
    }

    @Test
    void aPluginWithoutDocumentsDoesNotStart() throws Exception {
        var place = ExternalPlace.of(directory, fleet);
        var xml = place.write("activemq.xml", place.xml(PluginBrokerProcess.freePort()));
        Files.delete(place.documents().resolve("nodes.json"));

        doesNotStart(PluginBrokerProcess.described(xml), "no revocation list of the nodes issuer");
    }

    private static void doesNotStart(BrokerService service, String reason) {
        assertThatThrownBy(
                        () -> {
                            try {
                                service.start();
                            } finally {
                                service.stop();
                            }
                        })
                .hasStackTraceContaining(reason);
    }

    private JmsTransport connect(Credentials who, int port) {
        return JmsTransport.connect(
                JmsConnectionConfig.tls(
                        List.of(new BrokerAddress("localhost", port)),
                        Tls.mutual(who),
                        JmsConnectionConfig.clientId(who.identity())),
                BrokerFixture.PATIENCE);
    }

    private String xml(int port) throws IOException {
        return ExternalPlace.of(directory, fleet).xml(port);
    }

    private Path write(String name, String text) throws IOException {
        return new ExternalPlace(directory, fleet).write(name, text);
    }
}
