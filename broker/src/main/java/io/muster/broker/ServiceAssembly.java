package io.muster.broker;

import io.muster.transport.Destination;

import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.policy.ConstantPendingMessageLimitStrategy;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.broker.region.policy.VMPendingQueueMessageStoragePolicy;
import org.apache.activemq.broker.region.policy.VMPendingSubscriberMessageStoragePolicy;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.store.kahadb.disk.journal.Journal.JournalDiskSyncStrategy;
import org.apache.activemq.thread.TaskRunnerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** ActiveMQ's broker with nothing switched on that we do not use; docs/adr/0003-broker.md. */
final class ServiceAssembly {
    private static final int EXPIRY_SWEEP_MILLIS = 10_000;

    private ServiceAssembly() {}

    static BrokerService assemble(BrokerConfig config, String name) throws IOException {
        var service = new BrokerService();
        service.setBrokerName(name);
        service.setUseJmx(false);
        service.setAdvisorySupport(false);
        // what has messages or readers is told from what is idle by these counts
        service.setEnableStatistics(true);
        service.setSchedulerSupport(false);
        service.setUseShutdownHook(false);
        service.setUseVirtualTopics(false);
        service.setAllowTempAutoCreationOnSend(false);
        service.setTaskRunnerFactory(virtualThreads());
        store(service, config.storage());
        limit(service, config);
        return service;
    }

    /** Limits and destinations; all that can still be set when a broker that is not ours starts. */
    static void limit(BrokerService service, BrokerConfig config) {
        service.setSchedulePeriodForDestinationPurge(
                (int) Math.max(1, config.times().queueIdle().toMillis() / 2));
        service.getSystemUsage().getMemoryUsage().setLimit(config.limits().memory());
        service.setDestinationPolicy(policies(config));
        service.setDestinations(
                new ActiveMQDestination[] {
                    new ActiveMQQueue(new Destination.Announcements().name()),
                    new ActiveMQQueue(new Destination.Hub().name())
                });
    }

    /** A client that does not read blocks the thread that writes to it: there must be enough. */
    private static TaskRunnerFactory virtualThreads() {
        var factory = new TaskRunnerFactory("muster-broker");
        factory.setExecutor(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("muster-broker-", 0).factory()));
        return factory;
    }

    private static void store(BrokerService service, Storage storage) throws IOException {
        switch (storage) {
            case Storage.Memory() -> service.setPersistent(false);
            case Storage.Disk(var directory) -> {
                var adapter = new KahaDBPersistenceAdapter();
                adapter.setDirectory(directory.toFile());
                adapter.setJournalDiskSyncStrategy(JournalDiskSyncStrategy.ALWAYS.name());
                service.setPersistent(true);
                service.setDataDirectoryFile(directory.toFile());
                service.setPersistenceAdapter(adapter);
            }
        }
    }

    private static PolicyMap policies(BrokerConfig config) {
        var entries = new ArrayList<PolicyEntry>();
        entries.add(entry(config, new ActiveMQQueue(">"), true));
        entries.add(entry(config, new ActiveMQTopic(">"), true));
        for (var name : List.of(new Destination.Announcements(), new Destination.Hub())) {
            entries.add(entry(config, new ActiveMQQueue(name.name()), false));
        }
        var map = new PolicyMap();
        map.setPolicyEntries(entries);
        return map;
    }

    private static PolicyEntry entry(
            BrokerConfig config, ActiveMQDestination destination, boolean removable) {
        var entry = new PolicyEntry();
        entry.setDestination(destination);
        entry.setProducerFlowControl(false);
        entry.setEnableAudit(false);
        entry.setUseConsumerPriority(false);
        entry.setSendAdvisoryIfNoConsumers(false);
        entry.setPendingQueuePolicy(new VMPendingQueueMessageStoragePolicy());
        entry.setPendingSubscriberPolicy(new VMPendingSubscriberMessageStoragePolicy());
        var limit = new ConstantPendingMessageLimitStrategy();
        limit.setLimit(config.limits().waiting());
        entry.setPendingMessageLimitStrategy(limit);
        entry.setMemoryLimit(config.limits().queueMemory());
        entry.setMaxDestinations(config.limits().destinations());
        entry.setExpireMessagesPeriod(EXPIRY_SWEEP_MILLIS);
        entry.setGcInactiveDestinations(removable);
        entry.setInactiveTimeoutBeforeGC(config.times().queueIdle().toMillis());
        return entry;
    }
}
