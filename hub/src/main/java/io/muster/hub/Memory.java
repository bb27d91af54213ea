package io.muster.hub;

import io.muster.hub.presence.Intake;
import io.muster.hub.presence.Presence;
import io.muster.hub.presence.PresenceService.Notes;
import io.muster.hub.presence.Restoration;
import io.muster.hub.registry.EmbeddedRegistry;
import io.muster.hub.registry.Entry;
import io.muster.hub.registry.Registry;
import io.muster.hub.registry.RegistryException;
import io.muster.hub.registry.WriteBehind;
import io.muster.hub.registry.redis.RedisRegistry;
import io.muster.message.Announcement;
import io.muster.message.NodeId;
import io.muster.threads.Threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a hub knows of nodes beyond its own life: brought back at the start, noted down since. */
final class Memory implements Notes, AutoCloseable {
    private static final Logger LOG = System.getLogger(Memory.class.getName());

    private final WriteBehind notes;

    private Memory(WriteBehind notes) {
        this.notes = notes;
    }

    /**
     * Opens the registry and brings into presence what is there. A registry that is away is waited
     * for meanwhile.
     *
     * @param self what this hub is called among those of the fleet
     * @param told of what other hubs hear
     * @throws HubException if the hub's own cannot be used
     */
    static Memory restore(
            HubConfig config,
            String fleet,
            String self,
            Intake intake,
            Presence presence,
            Consumer<Announcement> told,
            InstantSource clock,
            Threads threads) {
        var registry = open(config, fleet, self);
        var restoration = new Restoration(intake, presence, clock, registry.own(), told);
        var notes = new WriteBehind(registry, restoration::news, clock, threads);
        var refused = load(registry, restoration);
        if (registry.own()) {
            refused.forEach(notes::forget);
        }
        notes.start();
        return new Memory(notes);
    }

    private static Registry open(HubConfig config, String fleet, String self) {
        if (config.redis().isPresent()) {
            var place = config.redis().get();
            return new RedisRegistry(place, fleet, self, config.maxNodes(), System::nanoTime);
        }
        try {
            return EmbeddedRegistry.open(config.state().resolve("registry"));
        } catch (RegistryException e) {
            throw new HubException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * What cannot be read in time comes later, with what others store.
     *
     * @return of whom there is nothing in the hub's own registry that is worth keeping
     */
    private static List<NodeId> load(Registry registry, Restoration restoration) {
        var sieve = new Sieve(restoration::restore, registry.own());
        try {
            registry.load(sieve::take);
        } catch (RegistryException e) {
            LOG.log(
                    Level.WARNING,
                    () ->
                            e.getMessage()
                                    + ": the hub starts without what it has not read of it, and"
                                    + " reads it anew");
        }
        return sieve.close();
    }

    @Override
    public void note(Entry entry) {
        notes.note(entry);
    }

    @Override
    public void forget(NodeId node) {
        notes.forget(node);
    }

    /** Why it is not written down at the moment, if it is not. */
    Optional<String> trouble() {
        return notes.trouble();
    }

    @Override
    public void close() {
        notes.close();
    }
}
