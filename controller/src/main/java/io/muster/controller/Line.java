package io.muster.controller;

import io.muster.controller.ask.Received;
import io.muster.controller.discovery.Target;
import io.muster.message.Outcome;
import io.muster.message.RequestId;

import java.util.Optional;

/** Where a target stands. */
sealed interface Line {
    /** Of whom. */
    Target target();

    /** Nobody there to send to. */
    record Offline(Target target) implements Line {}

    /** Not sent to yet. */
    record Unsent(Target target) implements Line {}

    /** Somebody took it out before it was sent to: it never will be. */
    record TakenOut(Target target) implements Line {}

    /**
     * Sent to at a moment by the ledger's clock.
     *
     * @param last what it said last: that it has it, or that it goes down
     */
    record Open(Target target, RequestId request, long sent, Optional<Received> last)
            implements Line {}

    /** Has said its last word. */
    record Closed(Entry entry, RequestId request, Outcome outcome, boolean whole)
            implements Line {
        @Override
        public Target target() {
            return entry.target();
        }
    }
}
