package io.muster.simulation;

import io.muster.hub.audit.Checkpoints;
import io.muster.hub.presence.HubService;
import io.muster.hub.presence.Intake;
import io.muster.hub.presence.NodeState;
import io.muster.hub.presence.Presence;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.presence.PresenceService.Notes;
import io.muster.hub.presence.PresenceTimes;
import io.muster.hub.presence.Restoration;
import io.muster.hub.presence.RollCalls;
import io.muster.hub.queue.Delivery;
import io.muster.hub.queue.QueueAnswers;
import io.muster.hub.queue.QueueTerms;
import io.muster.hub.queue.RequestQueue;
import io.muster.hub.registry.EmbeddedRegistry;
import io.muster.hub.registry.Entry;
import io.muster.hub.registry.WriteBehind;
import io.muster.message.Collective;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.security.Verifier;
import io.muster.simulation.SimulatedBus.Port;
import io.muster.transport.Destination;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The hub's presence and queue on a machine of the simulation, with its registry. */
final class SimulatedHub extends Machine {
    private static final Duration HANDING_OUT = Duration.ofSeconds(3);
    private static final Duration FORGETTING = Duration.ofSeconds(30);

    private Optional<EmbeddedRegistry> open = Optional.empty();

    SimulatedHub(World world) {
        super(world, "hub");
    }

    @Override
    void live(Life born) {
        InstantSource clock = this::time;
        var credentials = world().cast().hub();
        var verifier = new Verifier(world().cast().trust(), clock);
        var presence = new Presence(PresenceTimes.DEFAULT, 100);
        var intake = new Intake(verifier, _ -> Set.of(Collective.MAIN));
        var notes = restore(born, intake, presence, clock);
        var port = connect();
        var calls = new RollCalls(credentials.signer(), port, presence, clock);
        var terms = new QueueTerms(spread(), QueueTerms.MOST, List.of());
        var queue = new RequestQueue(home().resolve("queue"), terms, clock);
        var delivery = delivery(queue, terms, port, presence, clock);
        port.subscribe(
                new Destination.Announcements(),
                new PresenceService(
                        intake,
                        presence,
                        said -> {
                            calls.heard(said);
                            delivery.heard(said);
                        },
                        notes,
                        clock));
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
                        new QueueAnswers(queue, terms, verifier, clock).questions(),
                        clock,
                        born));
        born.start("hands out", () -> handOut(queue, delivery));
        if (world().flaw() == Flaw.FORGETFUL_QUEUE) {
            world().stage().after(FORGETTING, () -> fall(false));
        }
    }

    private Duration spread() {
        return Duration.ofSeconds(world().chance().below(20));
    }

    private Delivery delivery(
            RequestQueue queue,
            QueueTerms terms,
            Port port,
            Presence presence,
            InstantSource clock) {
        return new Delivery(
                queue,
                port,
                id -> presence.state(id, clock.instant()).equals(Optional.of(NodeState.UP)),
                terms.spread(),
                clock,
                world().chance().other());
    }

    /** Until this life ends. */
    private void handOut(RequestQueue queue, Delivery delivery) {
        try {
            while (true) {
                world().stage().pause(HANDING_OUT);
                delivery.deliver();
                queue.tidy();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    /** What an earlier life knew; and what this one hears is noted. */
    private Notes restore(Life born, Intake intake, Presence presence, InstantSource clock) {
        var registry = EmbeddedRegistry.open(home().resolve("registry"));
        open = Optional.of(registry);
        var restoration = new Restoration(intake, presence, clock, registry.own(), _ -> {});
        var behind = new WriteBehind(registry, restoration::news, clock, born);
        var entries = new ArrayList<Entry>();
        registry.load(entries::add);
        entries.forEach(restoration::restore);
        behind.start();
        return new Notes() {
            @Override
            public void note(Entry entry) {
                behind.note(entry);
            }

            @Override
            public void forget(NodeId node) {
                behind.forget(node);
            }
        };
    }

    @Override
    void bury() {
        var over = open;
        open = Optional.empty();
        over.ifPresent(EmbeddedRegistry::close);
    }
}
