package io.muster.controller.render;

import io.muster.controller.Report;

import java.util.ArrayList;

/** The end of a report for people: how many of how many, in which states. */
final class Summary {
    private final Screen screen;

    Summary(Screen screen) {
        this.screen = screen;
    }

    void show(Report report) {
        var answered = report.answered().size();
        var all = report.entries().size();
        var counted = answered + " / " + all;
        screen.out()
                .println(
                        "Finished processing "
                                + (answered == all ? screen.green(counted) : screen.red(counted))
                                + " hosts in "
                                + Layout.millis(report.took())
                                + " ms");
        var states = new ArrayList<String>();
        report.counts().forEach((state, count) -> states.add(screen.state(state) + " " + count));
        screen.out().println("    " + String.join(", ", states));
    }
}
