package io.muster.simulation;

import io.muster.simulation.Stage.Killed;
import io.muster.threads.Threads;

import java.time.Duration;
import java.util.Optional;

/**
 * One life of a process, from its start to its death, which may come at each of its steps: whenever
 * it writes, forces, sends, or has its turn.
 */
final class Life implements Threads {
    private final String name;
    private final Stage stage;
    private final Runnable death;
    private boolean alive = true;
    private int steps = Integer.MAX_VALUE;

    /**
     * @param name of the process
     * @param death what becomes of the process when this life ends before it should
     */
    Life(String name, Stage stage, Runnable death) {
        this.name = name;
        this.stage = stage;
        this.death = death;
    }

    boolean alive() {
        return alive;
    }

    /** It dies at that step from now, the first being 1. */
    void doom(int step) {
        steps = step;
    }

    /** Counts a step: whether it is the last one. Whoever is told so does a part, and dies. */
    boolean last() {
        return alive && stage.runs(this) && --steps == 0;
    }

    /** Ends it on a thread of its own. */
    Killed die() {
        death.run();
        return new Killed();
    }

    /** It is over; its threads end at their next turn. */
    void end() {
        alive = false;
        stage.end(this);
    }

    /** A step at which nothing can be done by halves. */
    void step() {
        if (last()) {
            throw die();
        }
        if (!alive && stage.runs(this)) {
            throw new Killed();
        }
    }

    @Override
    public long ticks() {
        return stage.ticks();
    }

    @Override
    public Started start(String thread, Runnable work) {
        step();
        return stage.start(this, name + " " + thread, work);
    }

    @Override
    public <T> Optional<T> await(Awaited<T> what, Duration limit) throws InterruptedException {
        step();
        return stage.await(what, limit);
    }

    /** Each task on a thread of its own: they may overtake each other. */
    @Override
    public Workers workers(String workers, int waiting) {
        return new Workers() {
            @Override
            public void execute(Runnable task) {
                stage.start(Life.this, name + " " + workers, task);
            }

            @Override
            public void close() {
                // what was brought is done all the same
            }
        };
    }
}
