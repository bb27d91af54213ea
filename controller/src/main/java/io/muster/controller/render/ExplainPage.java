package io.muster.controller.render;

import io.muster.controller.discovery.Target;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Why nodes would not do something, for people and for programs. */
public final class ExplainPage {
    private static final int NAMES = 40;
    private static final int REASONS = 17;

    private final List<Explained> all;
    private final Names names;

    /** One thing that speaks against it. */
    public record Why(String reason, String message) {}

    /**
     * One node.
     *
     * @param answered whether the node itself has spoken, or needs not be asked
     * @param reasons what speaks against it; if nothing does, it would
     * @param terms each term of the filter, as the node told it
     */
    public record Explained(
            Target target, boolean answered, List<Why> reasons, List<Fields> terms) {
        public Explained {
            reasons = List.copyOf(reasons);
            terms = List.copyOf(terms);
        }

        /** Whether it would do it. */
        public boolean would() {
            return answered && reasons.isEmpty();
        }
    }

    public ExplainPage(List<Explained> all) {
        this.all = List.copyOf(all);
        this.names = Names.ofTargets(all.stream().map(Explained::target).toList());
    }

    private record Same(boolean answered, List<String> lines) {}

    /** Those of whom the same is to be said once. */
    public void show(Screen screen) {
        var groups = new LinkedHashMap<Same, List<Explained>>();
        for (var each : all) {
            var same = new Same(each.answered(), lines(each));
            groups.computeIfAbsent(same, _ -> new ArrayList<>()).add(each);
        }
        groups.forEach(
                (same, members) -> {
                    var folded = Layout.wrap(folded(members), 0, screen.width() - 8);
                    folded.subList(0, folded.size() - 1).forEach(screen.out()::println);
                    var would = same.answered() ? "would not" : "did not answer";
                    screen.out()
                            .println(
                                    Layout.pad(folded.getLast(), NAMES)
                                            + " "
                                            + (members.getFirst().would() ? "would" : would));
                    same.lines().forEach(screen.out()::println);
                });
        screen.out().flush();
    }

    private static List<String> lines(Explained each) {
        var lines = new ArrayList<String>();
        for (var why : each.reasons()) {
            var failed =
                    each.terms().stream()
                            .filter(term -> term.member("holds").equals(no()))
                            .toList();
            if (why.reason().equals("filter-mismatch") && !failed.isEmpty()) {
                failed.forEach(term -> lines.add(line(why.reason(), words(term))));
            } else {
                lines.add(line(why.reason(), why.message()));
            }
        }
        return lines;
    }

    private static Optional<Value> no() {
        return Optional.of(Value.of(false));
    }

    private static String words(Fields term) {
        return text(term, "option") + " " + text(term, "text") + ": " + text(term, "is");
    }

    private static String text(Fields term, String member) {
        return term.member(member).map(Value::toString).orElse("");
    }

    private static String line(String reason, String message) {
        return "    " + Layout.pad(Escape.line(reason), REASONS) + " " + Escape.line(message);
    }

    private List<String> folded(List<Explained> members) {
        var clear = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (var each : members) {
            var target = each.target();
            (names.clear(target.name()) ? clear : others).add(names.of(target));
        }
        var words = new ArrayList<>(Fold.fold(clear));
        words.addAll(others);
        return words;
    }

    /** One word a node that would. */
    public List<String> would() {
        return all.stream()
                .filter(Explained::would)
                .map(each -> names.word(each.target().id(), each.target().name()))
                .toList();
    }

    /** All of it. */
    public Fields document(String action, List<String> unknown) {
        return Fields.EMPTY
                .with("action", action)
                .with("unknown", Value.texts(unknown))
                .with("nodes", new Items(all.stream().<Value>map(ExplainPage::fields).toList()));
    }

    /** A line for each node. */
    public List<Fields> rows() {
        return all.stream().map(each -> JsonForm.typed("explain", fields(each))).toList();
    }

    private static Fields fields(Explained each) {
        var reasons =
                each.reasons().stream()
                        .<Value>map(
                                why ->
                                        Fields.EMPTY
                                                .with("reason", why.reason())
                                                .with("message", why.message()))
                        .toList();
        return Fields.EMPTY
                .with("id", each.target().id().value())
                .with("name", each.target().name())
                .with("presence", each.target().presence().word())
                .with("answered", each.answered())
                .with("would", each.would())
                .with("reasons", new Items(reasons))
                .with("filter", new Items(List.<Value>copyOf(each.terms())));
    }
}
