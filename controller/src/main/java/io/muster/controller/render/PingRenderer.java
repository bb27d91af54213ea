package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.discovery.Targets;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.Outcome;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A ping for people: a line for each answer as it comes, then the statistics. */
public final class PingRenderer implements Renderer {
    private static final int NAMES = 40;

    private final Screen screen;
    private final boolean statistics;

    /** Those that answered: a second one of the same name is told from the first by its id. */
    private final Map<String, List<Entry>> byName = new HashMap<>();

    /**
     * @param statistics whether to end with them
     */
    public PingRenderer(Screen screen, boolean statistics) {
        this.screen = screen;
        this.statistics = statistics;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void discovered(Targets targets) {}

    @Override
    public void replied(Entry entry) {
        var namesakes = byName.computeIfAbsent(entry.name(), _ -> new ArrayList<>());
        namesakes.add(entry);
        var name = Layout.pad(Names.ofEntries(namesakes).of(entry), NAMES);
        var time = " time=" + Layout.millis(entry.after().orElse(Duration.ZERO)) + " ms";
        out().println(name + time + (entry.state() == TargetState.OK ? "" : "  " + why(entry)));
        out().flush();
    }

    private String why(Entry entry) {
        var message = entry.outcome().map(Outcome::message).orElse("");
        return screen.red(entry.state().word()) + ": " + Escape.line(message);
    }

    @Override
    public void finished(Report report) {
        if (statistics) {
            out().println();
            out().println();
            out().println("---- ping statistics ----");
            out().println(statistics(times(report)));
        }
        new Absent(screen, Names.ofEntries(report.entries())).show(report);
        out().flush();
    }

    private static List<Duration> times(Report report) {
        return report.answered().stream().flatMap(entry -> entry.after().stream()).toList();
    }

    private static String statistics(List<Duration> times) {
        if (times.isEmpty()) {
            return "No responses received";
        }
        var max = times.stream().max(Duration::compareTo).orElseThrow();
        var min = times.stream().min(Duration::compareTo).orElseThrow();
        var sum = times.stream().reduce(Duration.ZERO, Duration::plus);
        return times.size()
                + (times.size() == 1 ? " reply" : " replies")
                + (" max: " + Layout.millis(max))
                + (" min: " + Layout.millis(min))
                + (" avg: " + Layout.millis(sum.dividedBy(times.size())))
                + (" " + PingGraph.of(times));
    }

    private PrintWriter out() {
        return screen.out();
    }
}
