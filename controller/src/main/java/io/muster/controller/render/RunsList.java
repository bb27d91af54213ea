package io.muster.controller.render;

import io.muster.controller.TargetState;
import io.muster.controller.runs.PastRun;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Runs that were written down, a line each. */
public final class RunsList {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    private final Screen screen;

    public RunsList(Screen screen) {
        this.screen = screen;
    }

    /** For people. */
    public void show(List<PastRun> runs) {
        for (var run : runs) {
            screen.out()
                    .println(
                            run.id()
                                    + "  "
                                    + WHEN.format(run.at())
                                    + "  "
                                    + Layout.pad(run.state().word(), 10)
                                    + "  "
                                    + Layout.pad(action(run), 16)
                                    + "  "
                                    + counts(run)
                                    + "  "
                                    + Escape.line(run.plan().operator().brief()));
        }
        screen.out().flush();
    }

    private static String action(PastRun run) {
        return run.plan().action() + (run.plan().dryRun() ? " (dry)" : "");
    }

    private String counts(PastRun run) {
        var words = new ArrayList<String>();
        run.past()
                .report()
                .counts()
                .forEach((state, count) -> words.add(word(run, state) + " " + count));
        return words.isEmpty() ? "nobody" : String.join(", ", words);
    }

    /** How those stand whose turn is yet to come to an end is not yet how they end. */
    private String word(PastRun run, TargetState state) {
        if (run.running() && state == TargetState.NO_REPLY) {
            return "at work";
        }
        if (run.running() && state == TargetState.NOT_SENT) {
            return "to come";
        }
        return screen.state(state);
    }

    /** For programs. */
    public static Fields fields(PastRun run) {
        var plan = run.plan();
        var report = run.past().report();
        var counts = Fields.EMPTY;
        for (var count : report.counts().entrySet()) {
            counts = counts.with(count.getKey().word(), count.getValue());
        }
        var fields =
                Fields.EMPTY
                        .with("id", run.id())
                        .with("begun", run.at().toString())
                        .with("operator", plan.operator().brief())
                        .with("state", run.state().word())
                        .with("action", plan.action().value())
                        .with("class", plan.actionClass().word())
                        .with("dryRun", plan.dryRun())
                        .with("arguments", plan.arguments())
                        .with("secrets", Value.texts(plan.secrets()))
                        .with("filter", plan.filter().describe())
                        .with("targets", report.entries().size())
                        .with("counts", counts);
        return run.took().map(t -> fields.with("ms", JsonForm.millis(t))).orElse(fields);
    }
}
