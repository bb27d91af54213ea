package io.muster.bench;

import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.activemq.thread.TaskRunnerFactory;

import java.util.concurrent.Executors;

/**
 * ActiveMQ alone, as fast as it can be made: no TLS, no rights, nothing switched on that is not
 * needed. Says "port PORT", and ends when its input does.
 *
 * <p>{@code [--network] [--peer PORT]}: in a network of brokers, which needs advisories, and
 * connects to that other one.
 */
public final class RawBroker {
    private RawBroker() {}

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        var options = new Options(words);
        var network = options.has("network");
        var peer = options.optional("peer");
        options.check();
        Bus.prepareProcess();
        var broker = new BrokerService();
        broker.setBrokerName("bench" + peer.map(port -> "-to-" + port).orElse(""));
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setAdvisorySupport(network);
        broker.setEnableStatistics(false);
        broker.setSchedulerSupport(false);
        broker.setUseShutdownHook(false);
        broker.setUseVirtualTopics(false);
        broker.setDedicatedTaskRunner(false);
        broker.setTaskRunnerFactory(runners());
        broker.setDestinationPolicy(policies());
        var connector =
                broker.addConnector(
                        "nio://127.0.0.1:0?maximumConnections=20000&backlog=4096"
                                + "&transport.tcpNoDelay=true");
        connector.setAuditNetworkProducers(false);
        if (peer.isPresent()) {
            connect(broker, peer.get());
        }
        broker.start();
        broker.waitUntilStarted();
        System.out.println("port " + connector.getConnectUri().getPort());
        System.out.flush();
        while (System.in.read() >= 0) {
            // until whoever started us is done
        }
        System.exit(0);
    }

    /** Both ways over one connection. */
    private static void connect(BrokerService broker, String peer) throws Exception {
        var bridge =
                broker.addNetworkConnector("static:(tcp://127.0.0.1:" + peer + "?tcpNoDelay=true)");
        bridge.setDuplex(true);
        bridge.setPrefetchSize(10_000);
        bridge.setNetworkTTL(1);
    }

    /** With a bounded pool its threads wait for each other once there are thousands of answers. */
    private static TaskRunnerFactory runners() {
        var factory = new TaskRunnerFactory("bench");
        factory.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        return factory;
    }

    private static PolicyMap policies() {
        var map = new PolicyMap();
        map.put(new ActiveMQQueue(">"), entry(new ActiveMQQueue(">")));
        map.put(new ActiveMQTopic(">"), entry(new ActiveMQTopic(">")));
        return map;
    }

    private static PolicyEntry entry(ActiveMQDestination destination) {
        var entry = new PolicyEntry();
        entry.setDestination(destination);
        entry.setProducerFlowControl(false);
        entry.setEnableAudit(false);
        entry.setExpireMessagesPeriod(0);
        entry.setUseConsumerPriority(false);
        return entry;
    }
}
