package io.muster.controller.cli;

import io.muster.controller.ControllerConfig;
import io.muster.security.Credentials;
import io.muster.security.Tls;
import io.muster.transport.Transport;
import io.muster.transport.jms.JmsConnectionConfig;
import io.muster.transport.jms.JmsTransport;

/** Reaches the hub's broker over JMS and TLS. */
final class JmsConnector implements Connector {
    @Override
    public Transport connect(ControllerConfig config, Credentials credentials, String process) {
        var clientId = JmsConnectionConfig.clientId(credentials.identity(), process);
        var wanted = JmsConnectionConfig.tls(config.hub(), Tls.mutual(credentials), clientId);
        return JmsTransport.connect(wanted, config.connectLimit());
    }
}
