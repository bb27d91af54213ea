package io.muster.bench;

import io.muster.action.ActionClass;
import io.muster.action.BuiltIn;
import io.muster.controller.Fleet;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Caller;
import io.muster.controller.discovery.BroadcastDiscovery;
import io.muster.controller.discovery.Discovery;
import io.muster.controller.discovery.Patience;
import io.muster.controller.discovery.PresenceDiscovery;
import io.muster.controller.discovery.Search;
import io.muster.filter.Filter;
import io.muster.message.Collective;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;

/**
 * The product's client as a library, one long-lived connection, led by lines ({@link Interview}).
 *
 * <p>{@code --hub HOST:PORT --credentials DIRECTORY}
 */
public final class Talker implements Asker {
    /** Slow rounds are measured, not cut off. */
    private static final Patience PATIENCE =
            new Patience(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(1));

    private final Meter meter;
    private final Caller caller;
    private final Fleet fleet;
    private final Discovery discovery;

    /** Connects, as the operator whose credentials these are. */
    Talker(BrokerAddress hub, Credentials credentials) {
        var random = new SecureRandom();
        var process = HexFormat.of().toHexDigits(random.nextLong());
        var clientId = JmsConnectionConfig.clientId(credentials.identity(), process);
        var config = JmsConnectionConfig.tls(List.of(hub), Tls.mutual(credentials), clientId);
        meter = new Meter(JmsTransport.connect(config, Duration.ofSeconds(10)));
        caller = new Caller(meter, credentials, Collective.MAIN, InstantSource.system(), random);
        fleet = new Fleet(caller);
        discovery =
                new PresenceDiscovery(
                        caller, PATIENCE, new BroadcastDiscovery(caller, PATIENCE, false));
    }

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var hub = BrokerAddress.parse(options.text("hub"));
        var credentials = Credentials.load(options.path("credentials"), "operator");
        options.check();
        try (var talker = new Talker(hub, credentials)) {
            new Interview(talker, System.out).hold();
        }
    }

    @Override
    public int ask(Verb verb, int nodes) throws InterruptedException {
        var everybody = Search.of(Filter.EVERYTHING);
        return switch (verb) {
            case PING -> answered(fleet.ping(everybody, PATIENCE, entry -> {}));
            case FIND -> present();
            case RUN -> answered(run());
        };
    }

    @Override
    public int present() throws InterruptedException {
        return fleet.find(discovery, Search.of(Filter.EVERYTHING)).online().size();
    }

    @Override
    public Traffic traffic() {
        return meter.traffic();
    }

    @Override
    public void close() {
        caller.close();
        meter.close();
    }

    /** Finds who is there, freezes the list, and runs {@code node.ping} on it. */
    Report run() throws InterruptedException {
        var targets = fleet.find(discovery, Search.of(Filter.EVERYTHING));
        var run = nodePing(Duration.ofMinutes(1), Duration.ofMinutes(2));
        return fleet.run(run, targets, entry -> {});
    }

    /** How many of those who should be there answer within a few seconds. */
    int answering() throws InterruptedException {
        var targets = fleet.find(discovery, Search.of(Filter.EVERYTHING));
        var soon = nodePing(Duration.ofSeconds(3), Duration.ofSeconds(10));
        return answered(fleet.run(soon, targets, entry -> {}));
    }

    private static int answered(Report report) {
        return report.count(TargetState.OK);
    }

    private static Run nodePing(Duration timeout, Duration validity) {
        return new Run(
                BuiltIn.NODE_PING.name(),
                ActionClass.READ,
                Fields.EMPTY,
                Filter.EVERYTHING,
                false,
                timeout,
                validity);
    }
}
