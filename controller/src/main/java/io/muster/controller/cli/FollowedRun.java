package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.controller.render.Renderer;
import io.muster.controller.runs.PastRun;
import io.muster.controller.runs.RunsDirectory.Kept;
import io.muster.message.NodeId;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A run that another process is at, as it goes on, by what that one writes down. */
final class FollowedRun {
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);

    /** Reading a long journal takes a while: no more than a part of the time is spent on that. */
    private static final int PART = 10;

    private final Renderer renderer;
    private final Consumer<String> notices;
    private final Set<NodeId> told = new HashSet<>();
    private Optional<PastRun.State> last = Optional.empty();

    FollowedRun(Renderer renderer, Consumer<String> notices) {
        this.renderer = renderer;
        this.notices = notices;
    }

    /**
     * Shows each last word as it comes, until nobody is at the run any more, and then its report.
     * Who stops following leaves the run alone.
     */
    ExitCode follow(Kept kept) {
        var run = kept.read();
        renderer.started(run.plan().action());
        renderer.discovered(run.past().targets());
        tell(run);
        try {
            while (run.running()) {
                run = later(kept);
                tell(run);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            renderer.finished(run.past().report());
            notices.accept("run " + run.id() + " goes on, and is not followed any more");
            return ExitCode.STOPPED;
        }
        var report = run.past().report();
        renderer.finished(report);
        if (run.state() != PastRun.State.DONE) {
            notices.accept("run " + run.id() + " is " + run.state().word() + wayOn(run));
        }
        // That somebody pressed Ctrl-C there is not that it was pressed here.
        return report.stopped() ? ExitCode.ofStates(report) : ExitCode.of(report);
    }

    private static PastRun later(Kept kept) throws InterruptedException {
        var start = System.nanoTime();
        var run = kept.read();
        var took = System.nanoTime() - start;
        if (run.running()) {
            TimeUnit.NANOSECONDS.sleep(Math.max(LOOK_EVERY.toNanos(), took * PART));
        }
        return run;
    }

    private void tell(PastRun run) {
        for (var entry : run.past().report().answered()) {
            if (told.add(entry.id())) {
                renderer.replied(entry);
            }
        }
        if (run.running() && run.state() == PastRun.State.PAUSED && !last.equals(state(run))) {
            notices.accept("run " + run.id() + " is paused" + wayOn(run));
        }
        last = state(run);
    }

    private static Optional<PastRun.State> state(PastRun run) {
        return Optional.of(run.state());
    }

    private static String wayOn(PastRun run) {
        return switch (run.state()) {
            case PAUSED -> ": muster runs promote or resume " + run.id() + " has it go on";
            case UNFINISHED, STOPPED -> ": muster runs resume " + run.id() + " goes on with it";
            case RUNNING, DONE, CANCELLED -> "";
        };
    }
}
