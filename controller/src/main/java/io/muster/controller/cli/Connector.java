package io.muster.controller.cli;

import io.muster.controller.ControllerConfig;
import io.muster.security.Credentials;
import io.muster.transport.Transport;

/** How a command reaches the bus: over JMS, or in a test over one in memory. */
interface Connector {

    /**
     * Connects, within the configured limit.
     *
     * @param process a random word that tells this process from the operator's others
     * @throws io.muster.transport.TransportException if the bus cannot be reached
     */
    Transport connect(ControllerConfig config, Credentials credentials, String process);
}
