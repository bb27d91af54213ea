package io.muster.transport.jms;

import jakarta.jms.JMSException;

import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.transport.Transport;

import java.util.List;

/** ActiveMQ's own factory with our settings, on a transport that is connected already. */
@SuppressWarnings("serial") // nobody stores one
final class GateConnectionFactory extends ActiveMQConnectionFactory {
    private static final int CLOSE_LIMIT_MILLIS = 2_000;
    private static final int ACKNOWLEDGE_MILLIS = 300;

    private final ClientGate gate;

    /**
     * For one connection.
     *
     * @param token makes the name of the connection, which begins with the client id, unique
     */
    GateConnectionFactory(String clientId, String token, ClientGate gate) {
        this.gate = gate;
        setClientID(clientId);
        setConnectionIDPrefix(clientId + "/" + token);
        setTrustAllPackages(false);
        setTrustedPackages(List.of());
        setWatchTopicAdvisories(false);
        setUseCompression(false);
        setUseAsyncSend(true);
        setAlwaysSessionAsync(false);
        setCopyMessageOnSend(false);
        setOptimizeAcknowledge(true);
        setOptimizeAcknowledgeTimeOut(ACKNOWLEDGE_MILLIS);
        setCheckForDuplicates(false);
        setConsumerExpiryCheckEnabled(false);
        setWarnAboutUnstartedConnectionTimeout(0);
        setCloseTimeout(CLOSE_LIMIT_MILLIS);
        setRedeliveryPolicy(redelivery());
    }

    ActiveMQConnection connection() throws JMSException {
        return createActiveMQConnection();
    }

    @Override
    protected Transport createTransport() {
        return gate;
    }

    private static RedeliveryPolicy redelivery() {
        var policy = new RedeliveryPolicy();
        policy.setInitialRedeliveryDelay(200);
        policy.setUseExponentialBackOff(true);
        policy.setBackOffMultiplier(3);
        policy.setMaximumRedeliveries(5);
        return policy;
    }
}
