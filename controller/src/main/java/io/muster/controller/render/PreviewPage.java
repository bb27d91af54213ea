package io.muster.controller.render;

import io.muster.controller.discovery.Target;
import io.muster.controller.rollout.Batch;
import io.muster.controller.rollout.Preview;
import io.muster.controller.rollout.Words;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who would be sent to, in which batches and in which order. */
final class PreviewPage {
    /** So many are named one by one, in their order; more are folded. */
    private static final int NAMED = 20;

    /** Of so many batches each has its line on a terminal; of more, the first and the last. */
    private static final int MOST = 12;

    private static final int FIRST = 9;

    private final Preview preview;
    private final Names names;
    private final Map<NodeId, Target> targets = new LinkedHashMap<>();

    PreviewPage(Preview preview) {
        this.preview = preview;
        this.names = Names.ofTargets(preview.targets().all());
        preview.targets().all().forEach(target -> targets.put(target.id(), target));
    }

    /** For people. */
    void print(Screen screen) {
        var out = screen.out();
        var spec = preview.spec();
        var all = preview.targets().all().size();
        out.println(
                "Would run "
                        + spec.name()
                        + " ("
                        + spec.actionClass()
                        + ") on "
                        + preview.schedule().nodes()
                        + " of "
                        + all
                        + (all == 1 ? " target:" : " targets:"));
        batches(screen, preview.schedule().batches());
        if (!preview.targets().offline().isEmpty()) {
            row(screen, "offline", preview.targets().offline());
        }
        Words.of(preview.rollout(), all).forEach(line -> out.println("    " + Escape.line(line)));
        preview.halt()
                .ifPresent(
                        halt ->
                                out.println(
                                        screen.red(
                                                "Nothing would be sent: "
                                                        + Escape.line(halt.why()))));
        if (!preview.telling()) {
            out.println(spec.name() + " cannot say what it would change there.");
        }
        out.println();
        out.flush();
    }

    private void batches(Screen screen, List<Batch> batches) {
        var few = !screen.outTerminal() || batches.size() <= MOST;
        var last = batches.size() - 1;
        batches.subList(0, few ? batches.size() : FIRST).forEach(batch -> row(screen, batch));
        if (!few) {
            var between = batches.subList(FIRST, last);
            var nodes = between.stream().mapToInt(batch -> batch.nodes().size()).sum();
            screen.out()
                    .println(
                            "    and "
                                    + between.size()
                                    + " batches with "
                                    + nodes
                                    + " nodes: --output names lists them in their order");
            row(screen, batches.get(last));
        }
    }

    private void row(Screen screen, Batch batch) {
        row(screen, batch.canary() ? "canary" : batch.words(), in(batch));
    }

    private void row(Screen screen, String title, List<Target> nodes) {
        var words = nodes.stream().map(names::of).toList();
        var folded = nodes.size() > NAMED ? Fold.fold(words) : words;
        var more = screen.outTerminal() ? Math.max(0, folded.size() - NAMED) : 0;
        var shown = folded.subList(0, folded.size() - more);
        screen.out()
                .println(
                        "    "
                                + Layout.pad(title, 10)
                                + " "
                                + nodes.size()
                                + (nodes.size() == 1 ? " node: " : " nodes: ")
                                + String.join(", ", shown)
                                + (more > 0 ? ", ..." : ""));
    }

    private List<Target> in(Batch batch) {
        return batch.nodes().stream()
                .map(id -> Optional.ofNullable(targets.get(id)).orElseThrow())
                .toList();
    }

    /** For programs. */
    Fields fields() {
        var spec = preview.spec();
        var batches = preview.schedule().batches().stream().<Value>map(this::fields).toList();
        var away = preview.targets().offline().stream().<Value>map(JsonForm::found).toList();
        var fields =
                Fields.EMPTY
                        .with("action", spec.name().value())
                        .with("class", spec.actionClass().word())
                        .with("targets", preview.targets().all().size())
                        .with("batches", new Items(batches))
                        .with("offline", new Items(away))
                        .with("rollout", preview.rollout().toValue())
                        .with("tells", preview.telling());
        return preview.halt().map(halt -> fields.with("halt", JsonForm.halt(halt))).orElse(fields);
    }

    private Fields fields(Batch batch) {
        var nodes = in(batch).stream().<Value>map(JsonForm::found).toList();
        return Fields.EMPTY
                .with("batch", batch.number())
                .with("canary", batch.canary())
                .with("nodes", new Items(nodes));
    }

    /** One a line, in their order. */
    void names(Screen screen) {
        for (var batch : preview.schedule().batches()) {
            in(batch).forEach(node -> screen.out().println(names.word(node.id(), node.name())));
        }
        screen.out().flush();
    }
}
