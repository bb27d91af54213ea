package io.muster.hub;

import io.muster.security.Credentials;
import io.muster.security.Tls;

import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.SslContext;
import org.apache.activemq.command.Message;
import org.apache.activemq.util.ServiceSupport;

/** A broker that lets everybody in, takes every message, and delivers none. */
final class SwallowingBroker implements AutoCloseable {
    private final BrokerService service;
    private final int port;

    SwallowingBroker(Credentials own) throws Exception {
        service = new BrokerService();
        service.setBrokerName("swallowing");
        service.setPersistent(false);
        service.setUseJmx(false);
        service.setUseShutdownHook(false);
        service.setPlugins(new BrokerPlugin[] {Swallowing::new});
        var ssl = new SslContext();
        ssl.setSSLContext(Tls.mutual(own));
        service.setSslContext(ssl);
        var connector = service.addConnector("ssl://127.0.0.1:0");
        service.start();
        service.waitUntilStarted();
        port = connector.getConnectUri().getPort();
    }

    private static final class Swallowing extends BrokerFilter {
        Swallowing(Broker next) {
            super(next);
        }

        @Override
        public void send(ProducerBrokerExchange from, Message message) {
            // Whoever sent it is told that all is well.
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        ServiceSupport.dispose(service);
    }
}
