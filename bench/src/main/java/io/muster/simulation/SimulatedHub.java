package io.muster.simulation;

import io.muster.hub.audit.Checkpoints;
import io.muster.hub.presence.HubService;
import io.muster.hub.presence.Presence;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.presence.PresenceTimes;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.security.Verifier;
import io.muster.transport.Destination;

import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** The hub's presence on a machine of the simulation; it knows nobody when it begins. */
final class SimulatedHub extends Machine {
    SimulatedHub(World world) {
        super(world, "hub");
    }

    @Override
    void live(Life born) {
        InstantSource clock = this::time;
        var credentials = world().cast().hub();
        var verifier = new Verifier(world().cast().trust(), clock);
        var presence = new Presence(PresenceTimes.DEFAULT, 100);
        var port = connect();
        port.subscribe(
                new Destination.Announcements(),
                new PresenceService(verifier, presence, _ -> Set.of(Collective.MAIN), clock));
        port.subscribe(
                new Destination.Hub(),
                new HubService(
                        verifier,
                        credentials.signer(),
                        port,
                        presence,
                        new Checkpoints(home().resolve("checkpoints")),
                        new HubService.Self("hub", boot()),
                        () -> ListNumbers.NONE,
                        Map.of(),
                        clock,
                        born));
    }

    @Override
    void bury() {
        // it holds nothing
    }
}
