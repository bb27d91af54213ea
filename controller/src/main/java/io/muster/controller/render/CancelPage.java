package io.muster.controller.render;

import io.muster.controller.Cancelling.Line;
import io.muster.controller.Cancelling.Result;
import io.muster.controller.TargetState;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What cancelling a run came to, for people and for programs. */
public final class CancelPage {
    private static final int NAMES = 40;

    private final List<Line> lines;
    private final Names names;

    public CancelPage(List<Line> lines) {
        this.lines = List.copyOf(lines);
        this.names = Names.ofTargets(lines.stream().map(Line::target).toList());
    }

    /** More different words than these are not read on a terminal. */
    private static final int MOST = 20;

    private record Same(Result result, String words) {}

    /** Those of whom the same is to be said in one line; who had ended before is counted. */
    public void show(Screen screen) {
        var groups = groups(CancelPage::words);
        if (screen.outTerminal() && groups.size() > MOST) {
            groups = groups(line -> line.result().word() + ": --output jsonl says more of each");
        }
        groups.forEach(
                (same, members) -> {
                    var folded = Layout.wrap(folded(members), 0, screen.width() - 8);
                    for (int i = 0; i + 1 < folded.size(); i++) {
                        screen.out().println(folded.get(i));
                    }
                    var last = Layout.pad(folded.getLast(), NAMES);
                    screen.out().println(last + " " + same.words());
                });
        var ended = new EnumMap<TargetState, Integer>(TargetState.class);
        lines.stream()
                .filter(line -> line.result() == Result.ENDED)
                .forEach(line -> ended.merge(line.state(), 1, Integer::sum));
        if (!ended.isEmpty()) {
            screen.err().println("ended before: " + counted(ended));
        }
        screen.out().flush();
        screen.err().flush();
    }

    private Map<Same, List<Line>> groups(Function<Line, String> words) {
        var groups = new LinkedHashMap<Same, List<Line>>();
        for (var line : lines) {
            if (line.result() != Result.ENDED) {
                var same = new Same(line.result(), words.apply(line));
                groups.computeIfAbsent(same, _ -> new ArrayList<>()).add(line);
            }
        }
        return groups;
    }

    private static String counted(Map<TargetState, Integer> counts) {
        var words = new ArrayList<String>();
        counts.forEach((state, count) -> words.add(state + " " + count));
        return String.join(", ", words);
    }

    private static String words(Line line) {
        var said = line.message().isEmpty() ? "" : ": " + Escape.line(line.message());
        return switch (line.result()) {
            case CANCELLED -> "cancelled" + said;
            case TOO_LATE ->
                    "too late"
                            + (line.state() == TargetState.NO_REPLY ? "" : ": " + line.state())
                            + said;
            case STOPPING -> "told to stop" + said;
            case DENIED -> "not cancelled" + said;
            case NOT_THERE -> "not there: it may still do it";
            case NOT_SENT -> "not sent";
            case ENDED -> line.state() + said;
        };
    }

    private List<String> folded(List<Line> members) {
        var clear = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (var line : members) {
            var target = line.target();
            (names.clear(target.name()) ? clear : others).add(names.of(target));
        }
        var words = new ArrayList<>(Fold.fold(clear));
        words.addAll(others);
        return words;
    }

    /** One word a node that does not do it, or has stopped. */
    public List<String> cancelled() {
        return lines.stream()
                .filter(line -> line.result() == Result.CANCELLED)
                .map(line -> names.word(line.target().id(), line.target().name()))
                .toList();
    }

    /** All of it. */
    public Fields document(String run) {
        var counts = new EnumMap<Result, Integer>(Result.class);
        lines.forEach(line -> counts.merge(line.result(), 1, Integer::sum));
        var counted = Fields.EMPTY;
        for (var count : counts.entrySet()) {
            counted = counted.with(count.getKey().word(), count.getValue());
        }
        return Fields.EMPTY
                .with("run", run)
                .with("counts", counted)
                .with("nodes", new Items(lines.stream().<Value>map(CancelPage::fields).toList()));
    }

    /** A line for each target. */
    public List<Fields> rows() {
        return lines.stream().map(line -> JsonForm.typed("cancel", fields(line))).toList();
    }

    private static Fields fields(Line line) {
        var fields =
                Fields.EMPTY
                        .with("id", line.target().id().value())
                        .with("name", line.target().name())
                        .with("result", line.result().word())
                        .with("state", line.state().word());
        return line.message().isEmpty() ? fields : fields.with("message", line.message());
    }
}
