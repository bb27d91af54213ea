package io.muster.simulation;

import io.muster.controller.Cancelling;
import io.muster.controller.Entry;
import io.muster.controller.Logbook;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.journal.JournalException;
import io.muster.message.RequestId;
import io.muster.security.PayloadType;
import io.muster.transport.Destination;
import io.muster.transport.TransportException;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The operator changes his mind about a run that is under way, and says so at another terminal. */
final class OtherTerminal {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(20);
    private static final Duration LOCKED = Duration.ofSeconds(40);
    private static final String BY = "operator/alice";

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

    /** Takes a node out of it that has not ended. */
    void takesOut() {
        after(SOON, "takes out", this::takeOut);
    }

    /** Has it pause; whoever looks after it has it go on. */
    void pauses() {
        after(SOON, "pauses", kept -> operator.runs().pause(kept));
    }

    /** Locks everything for a while. */
    void locks() {
        after(SOON, "locks", _ -> lock());
    }

    /** As long as it goes, looks at it every now and then, and has it go on where it waits. */
    void looksAfterIt() {
        life.start(
                "looks after",
                () -> {
                    try {
                        do {
                            world.stage().pause(world.chance().around(LATER));
                            goOn();
                        } while (operator.isAt(run));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("nobody interrupts it", e);
                    }
                });
    }

    private void goOn() {
        var runs = operator.runs();
        for (var kept : runs.all()) {
            if (kept.id().equals(run) && operator.isAt(run)) {
                try {
                    runs.lift(kept);
                    promote(runs, kept);
                } catch (JournalException e) {
                    world.say(operator.name() + ": " + e.getMessage());
                }
            }
        }
    }

    /** What it waits after, or will: there may be no room to write down that it waits. */
    private void promote(RunsDirectory runs, Kept kept) {
        var read = kept.read();
        if (read.waitsAfter(batch -> runs.promoted(kept, batch)).isPresent()) {
            world.happened(Happening.PROMOTED);
        }
        var points = read.past().rollout().pauseAfter();
        read.past().schedule().batches().stream()
                .filter(batch -> points.contains(batch.number()) && !runs.promoted(kept, batch))
                .findFirst()
                .ifPresent(batch -> runs.promote(kept, batch));
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
        operator.runs().cancel(kept, BY);
        world.happened(Happening.CANCELLED);
        connected(
                (caller, _) -> {
                    var past = kept.read().past();
                    world.say("cancels " + run);
                    new Cancelling(caller, caller.identity(), Duration.ofSeconds(5))
                            .cancel(past, Optional.empty(), _ -> true, Logbook.NONE)
                            .forEach(line -> world.say(line.target().id() + " " + line.result()));
                });
    }

    private void takeOut(Kept kept) throws InterruptedException {
        var open =
                kept.read().past().report().entries().stream()
                        .filter(entry -> entry.outcome().isEmpty())
                        .map(Entry::id)
                        .toList();
        if (open.isEmpty()) {
            return;
        }
        var one = world.chance().one(open);
        operator.runs().takeOut(kept, List.of(one), BY);
        world.happened(Happening.TAKEN_OUT);
        world.say("takes " + one + " out of " + run);
        connected(
                (caller, _) ->
                        new Cancelling(caller, caller.identity(), Duration.ofSeconds(5))
                                .cancel(
                                        kept.read().past(),
                                        Optional.empty(),
                                        target -> target.id().equals(one),
                                        Logbook.NONE)
                                .forEach(line -> world.say(one + " " + line.result())));
    }

    private void lock() throws InterruptedException {
        connected(
                (caller, _) -> {
                    var now = caller.now().truncatedTo(ChronoUnit.MILLIS);
                    var lock =
                            new Lock(
                                    RequestId.random(world.chance().other()),
                                    caller.identity().fleet(),
                                    caller.identity(),
                                    new LockTarget.Everything(),
                                    "",
                                    now,
                                    Optional.of(now.plus(LOCKED)));
                    world.happened(Happening.LOCKED);
                    world.say("locks everything");
                    caller.proclaim(
                            PayloadType.LOCK,
                            lock.encode(),
                            List.of(new Destination.Requests(caller.collective())));
                });
    }

    private void withdraw(Kept kept) throws InterruptedException {
        connected(
                (caller, _) -> {
                    var waiting = List.copyOf(kept.read().past().queue().keySet());
                    if (!waiting.isEmpty()) {
                        world.happened(Happening.WITHDRAWN);
                    }
                    world.say("takes back of " + run + " " + waiting.size());
                    QueueDesk.standings(QueueDesk.patient(caller).withdraw(waiting))
                            .forEach((id, standing) -> world.say(id + " is " + standing));
                });
    }
}
