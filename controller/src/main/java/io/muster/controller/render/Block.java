package io.muster.controller.render;

import io.muster.controller.mask.Masked;
import io.muster.controller.render.Groups.Group;
import io.muster.message.Escape;
import io.muster.message.Outcome;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** What is shown of one group: who, how it ended, and what they said. */
final class Block {
    private static final int NAMES = 40;
    private static final int HEADS = 3;
    private static final int PLACES = 5;
    private static final Pattern MARK =
            Pattern.compile(Masked.OPEN + "(?:name|id|[0-9]{1,4})" + Masked.CLOSE);

    private final Screen screen;
    private final Group group;
    private final Names names;

    Block(Screen screen, Group group, Names names) {
        this.screen = screen;
        this.group = group;
        this.names = names;
    }

    /** All of it, and an empty line. */
    List<String> lines() {
        var lines = new ArrayList<>(heads());
        said().forEach(line -> lines.add(painted(line)));
        lines.addAll(places());
        lines.add("");
        return lines;
    }

    /** The same, of what they said only how it differs from what others did. */
    List<String> differing(Block from) {
        var lines = new ArrayList<>(heads());
        var different = Difference.near(from.said(), said());
        different.forEach(line -> lines.add(painted(line)));
        if (different.isEmpty()) {
            lines.add("    (the same answer)");
        }
        lines.addAll(places());
        lines.add("");
        return lines;
    }

    /** Message and data, a line each, safe to show. */
    private List<String> said() {
        var lines = new ArrayList<String>();
        Escape.block(group.outcome().message()).lines().forEach(l -> lines.add("    " + l));
        lines.addAll(Results.lines(group.outcome().result()));
        return lines;
    }

    /** In one line each, what differs where; those where somebody is far out before others. */
    private List<String> places() {
        var lines = new ArrayList<String>();
        group.places().stream()
                .sorted(Comparator.comparing((Place place) -> !place.odd()))
                .limit(PLACES)
                .forEach(place -> lines.add("    " + painted(place.line(names))));
        var more = group.places().size() - PLACES;
        if (more > 0) {
            lines.add("    and " + more + " more places where they differ");
        }
        return lines;
    }

    private List<String> heads() {
        var words = TextRenderer.words(group.members(), names);
        var count = group.members().size();
        var lines = new ArrayList<>(Layout.wrap(words, 0, screen.width() - 8));
        if (screen.outTerminal()) {
            lines.replaceAll(this::readable);
        }
        if (screen.outTerminal() && lines.size() > HEADS) {
            lines.subList(HEADS - 1, lines.size()).clear();
            lines.add("...");
        }
        var last = count == 1 ? lines.getLast() : lines.getLast() + " (" + count + ")";
        var state = screen.state(group.state()) + code(group.outcome());
        lines.set(lines.size() - 1, Layout.pad(last, NAMES) + " " + state);
        return lines;
    }

    /** Names that do not follow each other fold into one long word. */
    private String readable(String line) {
        var most = (HEADS - 1) * screen.width();
        var end = line.length() > most ? line.lastIndexOf(',', most) : -1;
        return end < 0 ? line : line.substring(0, end) + ",...]";
    }

    private String painted(Difference.Line line) {
        return switch (line.sign()) {
            case '-' -> screen.red(line.toString());
            case '+' -> screen.green(line.toString());
            default -> painted(line.toString());
        };
    }

    /** With the marks in their colour; answers with marks of their own are not masked. */
    private String painted(String line) {
        return group.places().isEmpty()
                ? line
                : MARK.matcher(line).replaceAll(mark -> screen.cyan(mark.group()));
    }

    private static String code(Outcome outcome) {
        var code = Groups.code(outcome);
        return code.isEmpty() ? "" : ": " + Escape.line(code);
    }
}
