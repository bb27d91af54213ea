package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.Groups.Group;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.Outcome;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A run for people: equal answers once, the odd ones first, then who is missing. */
public final class TextRenderer implements Renderer {
    private static final int NAMES = 40;

    private final Screen screen;
    private final boolean grouped;
    private final boolean summary;

    /**
     * @param grouped whether equal answers are shown once, under folded names
     * @param summary whether to end with how many of how many, and in which states
     */
    public TextRenderer(Screen screen, boolean grouped, boolean summary) {
        this.screen = screen;
        this.grouped = grouped;
        this.summary = summary;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void discovered(Targets targets) {}

    @Override
    public void replied(Entry entry) {}

    @Override
    public void finished(Report report) {
        var names = Names.ofEntries(report.entries());
        var answered = report.answered();
        var groups = grouped ? Groups.of(answered) : Groups.singly(answered);
        groups.forEach(group -> show(group, names));
        if (summary && !report.entries().isEmpty()) {
            new Summary(screen).show(report);
        }
        new Absent(screen, names).show(report);
        screen.out().flush();
    }

    private void show(Group group, Names names) {
        var lines = heads(group, names);
        for (int i = 0; i + 1 < lines.size(); i++) {
            out().println(lines.get(i));
        }
        var state = screen.state(group.state()) + code(group.outcome());
        out().println(Layout.pad(lines.getLast(), NAMES) + " " + state);
        Escape.block(group.outcome().message()).lines().forEach(l -> out().println("    " + l));
        Results.lines(group.outcome().result()).forEach(out()::println);
        out().println();
    }

    private List<String> heads(Group group, Names names) {
        var words = words(group.members(), names);
        var count = group.members().size();
        var lines = Layout.wrap(words, 0, screen.width() - 8);
        if (count == 1) {
            return lines;
        }
        var counted = new ArrayList<>(lines);
        counted.set(lines.size() - 1, lines.getLast() + " (" + count + ")");
        return counted;
    }

    /** The names of these, folded where they are clear. */
    static List<String> words(List<Entry> entries, Names names) {
        var clear = entries.stream().filter(entry -> names.clear(entry.name())).toList();
        var words = new ArrayList<>(Fold.fold(clear.stream().map(Entry::name).toList()));
        entries.stream().filter(e -> !names.clear(e.name())).map(names::of).forEach(words::add);
        return words;
    }

    private static String code(Outcome outcome) {
        var code = Groups.code(outcome);
        return code.isEmpty() ? "" : ": " + Escape.line(code);
    }

    private PrintWriter out() {
        return screen.out();
    }
}
