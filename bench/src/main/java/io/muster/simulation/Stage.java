package io.muster.simulation;

import io.muster.threads.Threads.Awaited;
import io.muster.threads.Threads.Started;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;

/**
 * Virtual time, and the threads in it, of which exactly one runs at any moment: until it waits or
 * ends. Which one is next is chance. Time passes only when all wait, and then jumps to whatever
 * comes first, so that hours take milliseconds and every run with the same chance is the same.
 */
final class Stage {
    /** When everything begins. */
    static final Instant DAWN = Instant.parse("2026-11-20T12:00:00Z");

    /** A simulation that goes on for longer runs in circles. */
    private static final int MOST_STEPS = 2_000_000;

    private static final Duration FOR_EVER = Duration.ofDays(1_000);

    private static final Duration LONGEST_STALL = Duration.ofSeconds(30);
    private static final Duration AT_ONCE = Duration.ofNanos(50_000);

    private final Chance chance;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Actor> ready = new ArrayList<>();
    private final List<Actor> waiting = new ArrayList<>();
    private final Semaphore back = new Semaphore(0);
    private Optional<Actor> current = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();
    private double stalls;
    private long now;
    private long order;
    private long steps;
    private long trace;

    /** Something that happens at its time. */
    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            var byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** Ends a thread whose process has died, from within. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("its process died", null, false, false);
        }
    }

    Stage(Chance chance) {
        this.chance = chance;
    }

    Chance chance() {
        return chance;
    }

    /** So many threads are held up before their first turn, as on a machine that hardly runs. */
    void stalls(double share) {
        stalls = share;
    }

    /** The nanoseconds since the beginning. */
    long ticks() {
        return now;
    }

    /** The true time, which no clock of a process need show. */
    Instant time() {
        return DAWN.plusNanos(now);
    }

    /** Tells this run from others that went another way. */
    long trace() {
        return trace;
    }

    /** How often somebody's turn came. */
    long steps() {
        return steps;
    }

    /** Has that happen after so long. */
    void after(Duration time, Runnable what) {
        events.add(new Event(now + Math.max(0, time.toNanos()), order++, what));
    }

    /** A thread of that process, which has its first turn soon. */
    Actor start(Life life, String name, Runnable work) {
        var actor = new Actor(life, name, work);
        var soon = chance.of(stalls) ? Duration.ofMillis(chance.below(10_000)) : AT_ONCE;
        var delay = chance.around(soon);
        after(delay.compareTo(LONGEST_STALL) < 0 ? delay : LONGEST_STALL, () -> ready.add(actor));
        return actor;
    }

    /** Lets everything happen up to that moment. */
    void runUntil(long end) {
        while (steps < MOST_STEPS) {
            failure.ifPresent(
                    problem -> {
                        throw new IllegalStateException("the simulation itself failed", problem);
                    });
            look();
            if (!ready.isEmpty()) {
                turn(ready.remove(chance.below(ready.size())));
            } else if (next() > end) {
                now = Math.max(now, end);
                return;
            } else {
                advance();
            }
        }
        throw new IllegalStateException("it runs in circles");
    }

    /** Who waits for something that has come is ready. */
    private void look() {
        for (int i = 0; i < waiting.size(); ) {
            if (waiting.get(i).has(now)) {
                ready.add(waiting.remove(i));
            } else {
                i++;
            }
        }
    }

    private long next() {
        var next = events.isEmpty() ? Long.MAX_VALUE : events.element().at();
        for (var actor : waiting) {
            next = Math.min(next, actor.deadline);
        }
        return next;
    }

    private void advance() {
        now = Math.max(now, next());
        if (!events.isEmpty() && events.element().at() <= now) {
            events.remove().what().run();
        }
    }

    private void turn(Actor actor) {
        steps++;
        trace = trace * 31 + actor.name.hashCode() + Long.hashCode(now);
        current = Optional.of(actor);
        actor.go();
        back.acquireUninterruptibly();
        current = Optional.empty();
    }

    /** Ends all threads of a process; the one that runs must throw {@link Killed} itself. */
    void end(Life life) {
        for (var list : List.of(ready, waiting)) {
            for (int i = 0; i < list.size(); ) {
                var actor = list.get(i);
                if (actor.life == life) {
                    list.remove(i);
                    after(Duration.ZERO, () -> ready.add(actor));
                } else {
                    i++;
                }
            }
        }
    }

    /** The thread whose turn it is. */
    Started running() {
        return current.orElseThrow(() -> new IllegalStateException("nobody's turn"));
    }

    /** Whether the running thread, if one runs, is of that process. */
    boolean runs(Life life) {
        return current.filter(actor -> actor.life == life).isPresent();
    }

    /** Waits, on the thread that has its turn. */
    <T> Optional<T> await(Awaited<T> what, Duration limit) throws InterruptedException {
        var actor = current.orElseThrow(() -> new IllegalStateException("nobody's turn"));
        return actor.await(what, limit);
    }

    /** Waits for nothing but time. */
    void pause(Duration time) throws InterruptedException {
        await(_ -> Optional.empty(), time);
    }

    /** A thread on the stage. */
    final class Actor implements Started {
        private final Life life;
        private final String name;
        private final Runnable work;
        private final Semaphore turn = new Semaphore(0);
        private boolean started;
        private boolean interrupted;
        private Awaited<?> what = _ -> Optional.empty();
        private Optional<?> got = Optional.empty();
        private long deadline;

        private Actor(Life life, String name, Runnable work) {
            this.life = life;
            this.name = name;
            this.work = work;
        }

        private void go() {
            if (started) {
                turn.release();
            } else {
                started = true;
                Thread.ofVirtual().name(name).start(this::play);
            }
        }

        private void play() {
            try {
                if (life.alive()) {
                    work.run();
                }
            } catch (Killed _) {
                // as it was meant
            } catch (RuntimeException | Error e) {
                failure = Optional.of(e);
            } finally {
                back.release();
            }
        }

        /** Whether there is no more to wait for. */
        private boolean has(long time) {
            if (interrupted || !life.alive()) {
                return true;
            }
            try {
                got = what.within(0);
            } catch (InterruptedException e) {
                throw new IllegalStateException("whoever looks cannot be interrupted", e);
            }
            return got.isPresent() || time >= deadline;
        }

        @SuppressWarnings("unchecked") // it waits for one thing at a time
        private <R> Optional<R> await(Awaited<R> awaited, Duration limit)
                throws InterruptedException {
            check();
            interrupted |= Thread.interrupted();
            if (!interrupted) {
                what = awaited;
                got = Optional.empty();
                deadline = end(limit);
                waiting.add(this);
                back.release();
                turn.acquireUninterruptibly();
                check();
            }
            if (interrupted) {
                interrupted = false;
                throw new InterruptedException();
            }
            return (Optional<R>) got;
        }

        private long end(Duration limit) {
            return limit.compareTo(FOR_EVER) > 0
                    ? Long.MAX_VALUE - 1
                    : now + Math.max(0, limit.toNanos());
        }

        private void check() {
            if (!life.alive()) {
                throw new Killed();
            }
        }

        @Override
        public void interrupt() {
            interrupted = true;
        }
    }
}
