package io.muster.controller;

import io.muster.controller.rollout.Halt;

/** What a command ends with; scripts depend on the numbers. */
public enum ExitCode {
    /** Every target {@code ok} or {@code changed}. */
    DONE(0),
    /** Could not do it: broker away, key unreadable, internal error. */
    UNABLE(1),
    /** Usage, including a bad filter or input. */
    USAGE(2),
    /** No node matched. */
    NOBODY(3),
    /**
     * One at least {@code failed}, {@code refused}, {@code interrupted}; or a gate did not hold.
     */
    FAILED(4),
    /** None of those, but not all are done either. */
    INCOMPLETE(5),
    /** Ctrl-C; the nodes go on. */
    STOPPED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number. */
    public int number() {
        return number;
    }

    /** What that report means to a script. */
    public static ExitCode of(Report report) {
        if (report.stopped()) {
            return STOPPED;
        }
        if (report.problem().isPresent()) {
            return UNABLE;
        }
        return ofStates(report);
    }

    /**
     * The same by where the targets stand alone, whatever ended the run that has been asked about.
     */
    public static ExitCode ofStates(Report report) {
        if (report.halt().filter(halt -> halt.by() == Halt.Cause.GATE).isPresent()) {
            return FAILED;
        }
        if (report.entries().isEmpty()) {
            return NOBODY;
        }
        if (report.entries().stream().anyMatch(entry -> entry.state().bad())) {
            return FAILED;
        }
        var done = report.entries().stream().allMatch(entry -> entry.state().good());
        return done && report.targets().unknown().isEmpty() ? DONE : INCOMPLETE;
    }
}
