package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.broker.external.ExternalCheck;
import io.muster.broker.external.Finding;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.security.Credentials;
import io.muster.security.TestFleet;
import io.muster.security.Tls;
import io.muster.transport.jms.Backoff;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.ConnectionState;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An ActiveMQ of one's own, a process with the printed settings, goes by the hub's documents. */
class ExternalDocumentsTest {
    @TempDir private Path directory;
    private final TestFleet fleet = TestFleet.create();
    private final Credentials alice = fleet.operator("alice");
    private final List<JmsTransport> opened = new ArrayList<>();
    private int port;

    @AfterEach
    void close() {
        opened.forEach(JmsTransport::close);
    }

    private JmsConnectionConfig client(Credentials who) {
        return JmsConnectionConfig.tls(
                        List.of(new BrokerAddress("localhost", port)),
                        Tls.mutual(who),
                        JmsConnectionConfig.clientId(who.identity()))
                .withBackoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(200)));
    }

    private void connect(Credentials who) {
        JmsTransport.connect(client(who), BrokerFixture.PATIENCE).close();
    }

    private void isRefused(Credentials who) {
        var findings = new ArrayList<Finding>();
        new ExternalCheck(new BrokerAddress("localhost", port), BrokerFixture.PATIENCE)
                .asRevoked(who, findings::add);
        assertThat(findings).allMatch(Finding::ok);
    }

    /** A connection that comes back by itself, with the TLS sessions that it has, if it can. */
    private Queue<ConnectionState> watch(Credentials who) {
        var states = new ConcurrentLinkedQueue<ConnectionState>();
        opened.add(JmsTransport.open(client(who), states::add));
        await().atMost(BrokerFixture.PATIENCE).until(() -> connections(states) == 1);
        return states;
    }

    private static long connections(Queue<ConnectionState> states) {
        return states.stream().filter(ConnectionState.Connected.class::isInstance).count();
    }

    private static void awaitLoss(Queue<ConnectionState> states) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> states.stream().anyMatch(ConnectionState.Lost.class::isInstance));
    }

    @Test
    void whoIsRevokedOrLockedIsCutOffAndNeverComesBackByOlderOrDamagedFiles() throws Exception {
        var place = ExternalPlace.of(directory, fleet);
        port = PluginBrokerProcess.freePort();
        var bob = fleet.operator("bob");
        var carol = fleet.operator("carol");
        var web = fleet.node("web01");
        try (var _ = PluginBrokerProcess.start(place.xml(port), directory)) {
            var alices = watch(alice);
            var bobs = watch(bob);
            var carols = watch(carol);
            var webs = watch(web);

            place.put("operators.json", fleet.list(IssuerName.OPERATORS, 2, bob));
            awaitLoss(bobs);
            isRefused(bob);

            place.put("operators.json", fleet.list(IssuerName.OPERATORS, 1));
            place.put("nodes.json", Bytes.utf8("{\"payload\""));
            var lock = place.lock(alice, "operator/carol");
            awaitLoss(carols);
            isRefused(carol);
            isRefused(bob);
            place.release(alice, lock);
            await().atMost(BrokerFixture.PATIENCE).until(() -> connections(carols) == 2);

            place.put("nodes.json", fleet.list(IssuerName.NODES, 2, web));
            awaitLoss(webs);
            Files.delete(place.documents().resolve("operators.json"));
            Files.delete(place.documents().resolve("nodes.json"));
            isRefused(web);
            isRefused(bob);

            assertThat(connections(bobs)).isEqualTo(1);
            assertThat(connections(webs)).isEqualTo(1);
            assertThat(alices).hasSize(1);
            connect(fleet.operator("bob"));
        }
        assertThat(Files.readAllLines(directory.resolve("external.log")))
                .filteredOn(line -> line.contains("nodes.json is damaged"))
                .hasSize(1);
    }
}
