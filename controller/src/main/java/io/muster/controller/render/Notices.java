package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Stray;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Preview;
import io.muster.message.ActionName;
import io.muster.message.Escape;

import java.util.ArrayList;

/**
 * Says on stderr, around whatever the output is, what was not as asked and what was not believed.
 */
public final class Notices implements Renderer {
    private final Screen screen;
    private final boolean late;
    private final Renderer output;
    private boolean told;

    /**
     * @param late whether to speak of what was merely late, too
     * @param output shows the results; never while a notice is written
     */
    public Notices(Screen screen, boolean late, Renderer output) {
        this.screen = screen;
        this.late = late;
        this.output = output;
    }

    @Override
    public void started(ActionName action) {
        output.started(action);
    }

    @Override
    public void previewed(Preview preview) {
        output.previewed(preview);
    }

    @Override
    public void discovered(Targets targets) {
        tell(targets);
        output.discovered(targets);
    }

    private void tell(Targets targets) {
        told = true;
        targets.notices().forEach(notice -> say(Escape.line(notice)));
        if (!targets.unknown().isEmpty()) {
            var names = targets.unknown().stream().map(Escape::line).toList();
            say("nobody is called " + String.join(", ", Fold.fold(names)));
        }
        screen.err().flush();
    }

    @Override
    public void replied(Entry entry) {
        output.replied(entry);
    }

    @Override
    public void finished(Report report) {
        output.finished(report);
        if (!told) {
            tell(report.targets());
        }
        if (report.entries().isEmpty()) {
            say("no node matches");
        }
        report.problem().ifPresent(p -> say("stopped in the middle: " + Escape.line(p)));
        var left = report.count(TargetState.NOT_SENT);
        report.halt()
                .ifPresent(
                        halt ->
                                say(
                                        "stopped: "
                                                + Escape.line(halt.why())
                                                + (left > 0 ? nothing(report, left) : "")));
        if (report.stopped()) {
            say("stopped: who was asked already goes on and will not be heard here");
        }
        var tally = report.strays();
        if (tally.alarming() > 0 || (late && !tally.counts().isEmpty())) {
            say("messages that were not believed: " + counts(report));
            tally.first().stream()
                    .filter(stray -> late || stray.kind().alarming())
                    .forEach(stray -> say("    " + words(stray)));
        }
        screen.err().flush();
    }

    private static String nothing(Report report, int left) {
        var more = report.expires().isPresent() ? " more" : "";
        return "; nothing was sent to " + left + more;
    }

    private String counts(Report report) {
        var counts = new ArrayList<String>();
        report.strays()
                .counts()
                .forEach(
                        (kind, count) -> {
                            if (late || kind.alarming()) {
                                counts.add(count + " " + kind.word());
                            }
                        });
        return String.join(", ", counts);
    }

    private static String words(Stray stray) {
        return stray.kind().word() + " from " + stray.who() + ": " + Escape.line(stray.problem());
    }

    private void say(String line) {
        screen.err().println(line);
    }
}
