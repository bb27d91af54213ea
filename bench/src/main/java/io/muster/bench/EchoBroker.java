package io.muster.bench;

import io.muster.broker.BrokerConfig;
import io.muster.broker.EmbeddedBroker;

/**
 * Our broker without TLS and rights. Says "port PORT", and ends when its input does. (The product
 * itself cannot be had without either.)
 */
public final class EchoBroker {
    private EchoBroker() {}

    /** Runs it. */
    public static void main(String[] words) throws Exception {
        new Options(words).check();
        EmbeddedBroker.prepareProcess();
        try (var broker = EmbeddedBroker.start(BrokerConfig.plain())) {
            System.out.println("port " + broker.port());
            System.out.flush();
            while (System.in.read() >= 0) {
                // until whoever started us is done
            }
        }
        System.exit(0);
    }
}
