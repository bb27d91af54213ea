package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.exec.Detached;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.RequestKey;
import io.muster.message.Spans;
import io.muster.node.action.Performed;
import io.muster.threads.Threads;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A request that has a place and is being carried out. It can be stopped until it is settled what
 * it came to: whichever is first, the other comes too late. Thread-safe.
 */
final class Running {
    /** More than a program is given to end, and to be killed. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private static final Duration LATE = Duration.ofMinutes(1);

    private static final String HARMLESS =
            "; it is declared idempotent, so that it may be asked for again";

    private static final String LINGERS = ", which was told to stop and has not yet)";

    private final Question question;
    private final ActionSpec spec;
    private final Instant since;
    private final long begun;
    private final Start start;
    private final CompletableFuture<Performed> result = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Threads threads;
    private Optional<Threads.Started> thread = Optional.empty();
    private Optional<Identity> stopper = Optional.empty();
    private Optional<Runnable> vacating = Optional.empty();
    private boolean atWork;
    private boolean settled;
    private boolean cut;
    private volatile boolean down;

    /** How it came here. */
    enum Start {
        /** It has one of the places that are counted. */
        PLACED,
        /** It needs none. */
        UNCOUNTED,
        /** It was begun in an earlier life, and is at work whatever is wanted of it now. */
        RESUMED
    }

    Running(Question question, ActionSpec spec, Instant since, Start start, Threads threads) {
        this.question = question;
        this.spec = spec;
        this.since = since;
        this.start = start;
        this.threads = threads;
        begun = threads.ticks();
    }

    /** Whether it takes one of the places that are counted. */
    boolean placed() {
        return start == Start.PLACED;
    }

    Question question() {
        return question;
    }

    RequestKey key() {
        return question.key();
    }

    ActionSpec spec() {
        return spec;
    }

    /** When it got its place. */
    Instant since() {
        return since;
    }

    /** Whether it keeps other changes from beginning. */
    boolean holds() {
        return question.request().changes() && !question.request().dryRun();
    }

    /**
     * Whether somebody waits for its end. Nobody does for what was answered and is at work all the
     * same, nor for what should have been answered long ago: on a disk that hangs both do.
     */
    boolean awaited() {
        var until = begun + spec.timeout().plus(LATE).toNanos();
        return over.getCount() > 0 && threads.ticks() - until < 0;
    }

    /** Who is at what since when. */
    String words() {
        var request = question.request();
        return request.sender().brief()
                + " is at "
                + request.action()
                + " since "
                + since.truncatedTo(ChronoUnit.SECONDS)
                + " (request "
                + request.id().brief()
                + (down ? ", for which the machine is going down)" : answered() ? LINGERS : ")");
    }

    /** The machine was told to go down for it. */
    void goesDown() {
        down = true;
    }

    /** Whether it was answered, though something of it may be at work. */
    boolean answered() {
        return over.getCount() == 0;
    }

    /** Something that may fail as an action may. */
    interface Work {
        Performed run() throws IOException;
    }

    /**
     * Does the work on a thread of its own and waits for its end; no longer than that, and not at
     * all if it was stopped before it was begun.
     *
     * @param broke is told what the work broke with, if so
     */
    Performed perform(Work work, Duration limit, Consumer<Throwable> broke) {
        begin(work);
        try {
            if (threads.completed(result, limit)) {
                return result.get();
            }
            interrupt();
            return new Performed.Done(
                    Outcome.failed("timeout", "not done after " + limit.toSeconds() + " s"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Detached.LeftException) {
                return new Performed.Left();
            }
            if (e.getCause() instanceof Detached.GoneException gone) {
                return new Performed.Done(
                        new Outcome.Interrupted(String.valueOf(gone.getMessage())));
            }
            broke.accept(e);
            return new Performed.Done(
                    Outcome.failed("defect", "the action broke: " + e.getCause()));
        } catch (InterruptedException _) {
            interrupt();
            Thread.currentThread().interrupt();
            return new Performed.Done(new Outcome.Interrupted("the node agent was stopped"));
        }
    }

    private synchronized void begin(Work work) {
        var stopped = stopper.isPresent() || cut;
        if (stopped && start != Start.RESUMED) {
            var outcome = Outcome.failed("stopped", "nothing was begun");
            result.complete(new Performed.Done(outcome));
            return;
        }
        var name = "action " + question.request().id().brief();
        atWork = true;
        thread = Optional.of(threads.start(name, () -> run(work)));
        if (stopped) {
            interrupt();
        }
    }

    /** Who hears of its end may take its place at once. */
    private void run(Work work) {
        var end = done(work);
        var vacated = rest();
        end.run();
        vacated.ifPresent(Runnable::run);
    }

    private Runnable done(Work work) {
        try {
            var came = work.run();
            return () -> result.complete(came);
        } catch (IOException e) {
            var failed = Outcome.failed("host", String.valueOf(e.getMessage()));
            return () -> result.complete(new Performed.Done(failed));
        } catch (RuntimeException | Error e) {
            return () -> result.completeExceptionally(e);
        }
    }

    private synchronized Optional<Runnable> rest() {
        atWork = false;
        return vacating;
    }

    /**
     * Does that as soon as nothing of it is at work any more, and be it long after it was answered:
     * now, or on the thread that is at work.
     */
    void vacate(Runnable place) {
        synchronized (this) {
            if (atWork) {
                vacating = Optional.of(place);
                return;
            }
        }
        place.run();
    }

    private synchronized void interrupt() {
        thread.ifPresent(Threads.Started::interrupt);
    }

    /**
     * Tells it to stop; returns at once.
     *
     * @return whether it was in time
     */
    synchronized boolean stop(Identity by) {
        if (settled) {
            return false;
        }
        if (stopper.isEmpty()) {
            stopper = Optional.of(by);
            thread.ifPresent(Threads.Started::interrupt);
            threads.start("stop " + question.request().id().brief(), this::despair);
        }
        return true;
    }

    /** Who does not listen holds nobody up for ever. */
    private void despair() {
        try {
            if (!threads.completed(result, PATIENCE)) {
                result.complete(
                        new Performed.Done(
                                new Outcome.Interrupted(
                                        "it has not ended although it was told to")));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What it comes to, given what the work has brought: cancelled, if it was stopped and did not
     * come to its end all the same. From now on it cannot be stopped.
     */
    synchronized Performed settle(Performed came, Instant now) {
        settled = true;
        var end = stopper.map(by -> stopped(by, came, now)).orElse(cut ? cutOff(came) : came);
        return end instanceof Performed.Done(Outcome.Interrupted(String message))
                ? new Performed.Done(interrupted(message, spec))
                : end;
    }

    /** Nothing is done again by itself; whether people may ask for it again they are told. */
    static Outcome interrupted(String how, ActionSpec spec) {
        return new Outcome.Interrupted(
                spec.idempotent() && !how.endsWith(HARMLESS) ? how + HARMLESS : how);
    }

    /** This process ends: what it could not finish is interrupted, or goes on without it. */
    private Performed cutOff(Performed came) {
        return switch (came) {
            case Performed.Done(Outcome.Failed failed) ->
                    new Performed.Done(
                            new Outcome.Interrupted(
                                    "the node agent was stopped: " + failed.message()));
            case Performed.Done(Outcome.Interrupted interrupted) ->
                    spec.outlives()
                            ? new Performed.Left()
                            : new Performed.Done(
                                    new Outcome.Interrupted(
                                            "the node agent was stopped: "
                                                    + interrupted.message()));
            case Performed.Done _, Performed.GoingDown _, Performed.Left _ -> came;
        };
    }

    /** This process ends: it does too, or is left alone. Said again, it hurries. */
    synchronized void cutOff() {
        cut = true;
        thread.ifPresent(Threads.Started::interrupt);
    }

    private Performed stopped(Identity by, Performed came, Instant now) {
        var ran = Duration.between(since, now);
        var cancelled =
                "cancelled by "
                        + by.brief()
                        + " after "
                        + Spans.print(Duration.ofSeconds(Math.max(0, ran.toSeconds())));
        return switch (came) {
            case Performed.Left _ -> came;
            case Performed.GoingDown _ ->
                    new Performed.Done(
                            new Outcome.Cancelled(cancelled + ", before the machine went down"));
            case Performed.Done(Outcome outcome) ->
                    switch (outcome) {
                        case Outcome.Failed failed ->
                                new Performed.Done(
                                        new Outcome.Cancelled(
                                                cancelled + ": " + failed.message(),
                                                failed.data()));
                        // Nobody has seen it end, and it may go on without us.
                        case Outcome.Interrupted _ when spec.outlives() -> came;
                        case Outcome.Interrupted(String message) ->
                                new Performed.Done(
                                        new Outcome.Cancelled(cancelled + ": " + message));
                        case Outcome.Ok _,
                                Outcome.Changed _,
                                Outcome.Refused _,
                                Outcome.Expired _,
                                Outcome.Cancelled _ ->
                                came;
                    };
        };
    }

    /** It was answered, or never begun. */
    void end() {
        over.countDown();
    }

    /** Waits for {@link #end}; false if that does not come in time. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return threads.opened(over, limit);
    }
}
