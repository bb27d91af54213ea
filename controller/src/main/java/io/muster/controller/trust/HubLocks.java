package io.muster.controller.trust;

import io.muster.action.ActionClass;
import io.muster.controller.Locks;
import io.muster.controller.ask.Caller;
import io.muster.message.ActionName;
import io.muster.transport.TransportException;
import io.muster.trust.LockBook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The locks that the hub hands out, as far as they are genuine. For one thread. */
public final class HubLocks implements Locks {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HubTrust hub;
    private final Caller caller;

    public HubLocks(HubTrust hub, Caller caller) {
        this.hub = hub;
        this.caller = caller;
    }

    @Override
    public Word about(ActionName action, ActionClass actionClass) throws InterruptedException {
        var told = told();
        if (told.isEmpty()) {
            return new Word.Silent();
        }
        // Whose key is locked is not let in by the hub, and so is not here to ask.
        return new LockBook(told.get().locks(), List.of(), Instant.EPOCH)
                .against(caller.identity(), "", action, actionClass, caller.now())
                .<Word>map(Word.Locked::new)
                .orElse(new Word.Free());
    }

    private Optional<HubTrust.Told> told() throws InterruptedException {
        try {
            return hub.ask(PATIENCE);
        } catch (TransportException _) {
            return Optional.empty();
        }
    }
}
