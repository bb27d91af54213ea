package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.Groups.Group;
import io.muster.controller.rollout.Preview;
import io.muster.message.ActionName;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A run for people: equal answers once, similar ones too where there are many, the odd ones first,
 * then who is missing. On a terminal, as many groups as can be read at a glance.
 */
public final class TextRenderer implements Renderer {
    private final Screen screen;
    private final Grouping grouping;
    private final boolean summary;

    /**
     * @param grouping which answers are shown once, under folded names
     * @param summary whether to end with how many of how many, and in which states
     */
    public TextRenderer(Screen screen, Grouping grouping, boolean summary) {
        this.screen = screen;
        this.grouping = grouping;
        this.summary = summary;
    }

    @Override
    public void started(ActionName action) {}

    @Override
    public void previewed(Preview preview) {
        new PreviewPage(preview).print(screen);
    }

    @Override
    public void discovered(Targets targets) {}

    @Override
    public void replied(Entry entry) {}

    @Override
    public void finished(Report report) {
        var names = Names.ofEntries(report.entries());
        var groups = grouping.of(report.answered());
        if (!groups.isEmpty()) {
            groups(groups, names);
        }
        if (summary && !report.entries().isEmpty()) {
            new Summary(screen).show(report);
        }
        new Absent(screen, names).show(report);
        screen.out().flush();
    }

    private void groups(List<Group> groups, Names names) {
        var blocks = grouping.diff() ? differing(groups, names) : whole(groups, names);
        var chosen =
                grouping.equal() && screen.outTerminal()
                        ? Screenful.choose(groups, blocks)
                        : IntStream.range(0, groups.size()).boxed().collect(Collectors.toSet());
        if (grouping.diff()) {
            out().println(screen.cyan("The most answered:"));
            blocks.getLast().forEach(out()::println);
        }
        for (int index : new TreeSet<>(chosen)) {
            if (!grouping.diff() || index < groups.size() - 1) {
                blocks.get(index).forEach(out()::println);
            }
        }
        var left = new ArrayList<Group>();
        for (int i = 0; i < groups.size(); i++) {
            if (!chosen.contains(i)) {
                left.add(groups.get(i));
            }
        }
        if (!left.isEmpty()) {
            out().println(screen.yellow(Screenful.more(left)));
            out().println();
        }
        farOut(groups, names);
    }

    private List<List<String>> whole(List<Group> groups, Names names) {
        return groups.stream().map(group -> new Block(screen, group, names).lines()).toList();
    }

    /** The last, which is the largest, whole; of the others how they differ from it. */
    private List<List<String>> differing(List<Group> groups, Names names) {
        var most = new Block(screen, groups.getLast(), names);
        var blocks = new ArrayList<List<String>>();
        for (var group : groups.subList(0, groups.size() - 1)) {
            blocks.add(new Block(screen, group, names).differing(most));
        }
        blocks.add(most.lines());
        return blocks;
    }

    private void farOut(List<Group> groups, Names names) {
        var lines = grouping.equal() ? FarOut.lines(groups, names) : List.<String>of();
        if (!lines.isEmpty()) {
            out().println("Far from the others:");
            lines.forEach(out()::println);
            out().println();
        }
    }

    /** The names of these, folded where they are clear. */
    static List<String> words(List<Entry> entries, Names names) {
        var clear = entries.stream().filter(entry -> names.clear(entry.name())).toList();
        var words = new ArrayList<>(Fold.fold(clear.stream().map(Entry::name).toList()));
        entries.stream().filter(e -> !names.clear(e.name())).map(names::of).forEach(words::add);
        return words;
    }

    private PrintWriter out() {
        return screen.out();
    }
}
