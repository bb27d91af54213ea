package io.muster.simulation;

import io.muster.controller.Cancelling;
import io.muster.controller.Logbook;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.journal.JournalException;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The operator changes his mind about a run that is under way, and says so at another terminal. */
final class OtherTerminal {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(20);

    private final SimulatedOperator operator;
    private final World world;
    private final Life life;
    private final String run;

    /**
     * @param life of the operator's process
     * @param run its id
     */
    OtherTerminal(SimulatedOperator operator, Life life, String run) {
        this.operator = operator;
        this.world = operator.world();
        this.life = life;
        this.run = run;
    }

    /** Cancels it. */
    void cancels() {
        after(SOON, "cancels", this::cancel);
    }

    /** Takes back what of it waits at the hub. */
    void withdraws() {
        after(LATER, "withdraws", this::withdraw);
    }

    private interface Deed {
        void to(Kept kept) throws InterruptedException;
    }

    private void after(Duration middle, String name, Deed deed) {
        var pause = world.chance().around(middle);
        life.start(
                name,
                () -> {
                    try {
                        world.stage().pause(pause);
                        for (var kept : operator.runs().all()) {
                            if (kept.id().equals(run)) {
                                deed.to(kept);
                            }
                        }
                    } catch (TransportException
                            | JournalException
                            | HubException
                            | InterruptedException e) {
                        world.say(operator.name() + ": " + e.getMessage());
                    }
                });
    }

    private void connected(SimulatedOperator.Work work) throws InterruptedException {
        operator.connected(life, operator.address(world.chance().other()), List.of(), work);
    }

    private void cancel(Kept kept) throws InterruptedException {
        operator.runs().cancel(kept, "operator/alice");
        connected(
                (caller, _) -> {
                    var past = kept.read().past();
                    world.say("cancels " + run);
                    new Cancelling(caller, caller.identity(), Duration.ofSeconds(5))
                            .cancel(past, Optional.empty(), _ -> true, Logbook.NONE)
                            .forEach(line -> world.say(line.target().id() + " " + line.result()));
                });
    }

    private void withdraw(Kept kept) throws InterruptedException {
        connected(
                (caller, _) -> {
                    var waiting = List.copyOf(kept.read().past().queue().keySet());
                    world.say("takes back of " + run + " " + waiting.size());
                    QueueDesk.standings(QueueDesk.patient(caller).withdraw(waiting))
                            .forEach((id, standing) -> world.say(id + " is " + standing));
                });
    }
}
