package io.muster.controller.cli;

import io.muster.controller.ExitCode;
import io.muster.controller.runs.PastRun;
import io.muster.controller.runs.RunsDirectory;
import io.muster.controller.runs.RunsDirectory.Kept;

import java.util.function.Consumer;

/** A run that is to wait, or not any more: it is told so by files beside its journal. */
final class HeldRun {
    private final RunsDirectory directory;
    private final Kept kept;
    private final PastRun run;
    private final Consumer<String> notices;

    HeldRun(RunsDirectory directory, String word, Consumer<String> notices) {
        this.directory = directory;
        this.kept = directory.find(word);
        this.run = kept.read();
        this.notices = notices;
    }

    /** Has it send to nobody else for now. */
    ExitCode pause() {
        if (run.state() == PastRun.State.DONE || run.state() == PastRun.State.CANCELLED) {
            throw new UnableException(
                    "run " + run.id() + " is " + run.state().word() + ": nothing is left to pause");
        }
        if (!run.running()) {
            throw new UnableException(
                    "run "
                            + run.id()
                            + " is "
                            + run.state().word()
                            + ", and nobody is at it: it goes on only with muster runs resume "
                            + run.id());
        }
        if (run.past().next().isEmpty()) {
            throw new UnableException(
                    "run " + run.id() + ": everybody was sent to, nothing is left to pause");
        }
        directory.pause(kept);
        notices.accept(
                "run "
                        + run.id()
                        + " sends to nobody else; muster runs resume "
                        + run.id()
                        + " goes on with it");
        return ExitCode.DONE;
    }

    /** Ends the pause, if there is one; whether somebody is at the run and goes on. */
    boolean lift() {
        var paused = directory.paused(kept);
        directory.lift(kept);
        var waits = run.waitsAfter(b -> directory.promoted(kept, b));
        if (run.running() && waits.isPresent()) {
            throw new UnableException(
                    "run "
                            + run.id()
                            + " waits until somebody has looked at "
                            + waits.get().words()
                            + ": muster runs promote "
                            + run.id());
        }
        if (run.running() && paused) {
            notices.accept("run " + run.id() + " goes on where it is running");
        }
        return run.running() && paused;
    }

    /** Has it go on after the batch that it waits after; whether somebody is at it and does. */
    boolean promote() {
        var batch =
                run.waitsAfter(b -> directory.promoted(kept, b))
                        .orElseThrow(
                                () ->
                                        new UnableException(
                                                "run "
                                                        + run.id()
                                                        + " is "
                                                        + run.state().word()
                                                        + ", and does not wait to be promoted"));
        directory.promote(kept, batch);
        notices.accept(
                "run "
                        + run.id()
                        + " goes on after "
                        + batch.words()
                        + (run.running() ? ", where it is running" : ""));
        return run.running();
    }
}
