package io.muster.controller;

import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Received;
import io.muster.controller.discovery.Target;
import io.muster.controller.queue.Standing;
import io.muster.controller.rollout.Batch;
import io.muster.message.NodeId;
import io.muster.message.RequestId;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a run writes down what it is about to do, and what it hears, so that it can be gone on with
 * when this process is no more. Called by the thread that runs.
 */
public interface Logbook {

    /** Of what nobody will go on with. */
    Logbook NONE =
            new Logbook() {
                @Override
                public void sending(Asked asked, List<Target> targets) {}

                @Override
                public void heard(Received received, Duration after) {}

                @Override
                public void left(List<Target> targets) {}

                @Override
                public void passed(Batch batch) {}
            };

    /**
     * The request is about to go out to these; once this returns, it may.
     *
     * @throws io.muster.journal.JournalException if it must not
     */
    void sending(Asked asked, List<Target> targets);

    /**
     * A node has given its last word, or said that it has the request, or that it goes down.
     *
     * @param after how long after the request that came
     */
    void heard(Received received, Duration after);

    /** These were not sent to yet, and are gone. */
    void left(List<Target> targets);

    /** The request goes out to these after all not, although that was written down. */
    default void keptBack(List<Target> targets) {}

    /**
     * Whom somebody has taken out of the run so far: none of them is sent to, or sent to again.
     *
     * @throws io.muster.journal.JournalException if that cannot be known
     */
    default Set<NodeId> takenOut() {
        return Set.of();
    }

    /** All of that batch is over, and what must hold after it does. */
    void passed(Batch batch);

    /** How far what was left at the hub for nodes that are away has come there. */
    default void queued(Standing standing, List<RequestId> requests) {}

    /** So many of those who are away have it waiting at the hub by now, or will not. */
    default void leaving(int done, int all) {}

    /** Whether somebody wants nobody else to be sent to for now. */
    default boolean pauses() {
        return false;
    }

    /** Whether somebody has looked at what became of that batch, and wants the run to go on. */
    default boolean promoted(Batch batch) {
        return true;
    }

    /**
     * Nobody is sent to for now.
     *
     * @param after the batch that somebody has to look at; empty if it was paused by hand
     */
    default void pausing(Optional<Batch> after) {}

    /**
     * Somebody is waited for who is at something else, or a gate that does not hold yet.
     *
     * @param words who, and for how long; for people
     */
    default void waits(String words) {}

    /** Who has cancelled the run meanwhile, if somebody has: nobody else is sent to then. */
    default Optional<String> cancelled() {
        return Optional.empty();
    }
}
