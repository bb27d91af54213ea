package io.muster.broker;

import io.muster.message.Identity;
import io.muster.transport.Transport;
import io.muster.transport.TransportContract;
import io.muster.transport.jms.BrokerAddress;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

import org.apache.activemq.ActiveMQConnectionMetaData;
import org.testcontainers.activemq.ActiveMQContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The contract on the project's own container of ActiveMQ; skipped where no engine runs. */
@Testcontainers(disabledWithoutDocker = true)
class ContainerContractIT extends TransportContract {

    @Container
    private static final ActiveMQContainer BROKER =
            new ActiveMQContainer(
                    "apache/activemq-classic:" + ActiveMQConnectionMetaData.PROVIDER_VERSION);

    @Override
    protected Transport open(Identity who) {
        var address = new BrokerAddress(BROKER.getHost(), BROKER.getMappedPort(61616));
        var process = UUID.randomUUID().toString().substring(0, 8);
        var config =
                JmsConnectionConfig.plain(
                        List.of(address), JmsConnectionConfig.clientId(who, process));
        return JmsTransport.connect(config, Duration.ofSeconds(20));
    }
}
