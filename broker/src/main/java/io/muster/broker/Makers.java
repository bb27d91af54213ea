package io.muster.broker;

import org.apache.activemq.command.ActiveMQDestination;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who was the first to use which destination, so that nobody makes too many. Thread-safe. */
final class Makers {
    private final Map<ActiveMQDestination, Allowance> makers = new ConcurrentHashMap<>();

    /**
     * Whether somebody may make that destination; if so it counts as his, unless it is another's.
     */
    boolean mayMake(ActiveMQDestination named, Allowance allowance) {
        if (makers.putIfAbsent(named, allowance) != null || allowance.make()) {
            return true;
        }
        makers.remove(named);
        return false;
    }

    /** That destination is gone. */
    void forget(ActiveMQDestination named) {
        Optional.ofNullable(makers.remove(named)).ifPresent(Allowance::unmake);
    }
}
