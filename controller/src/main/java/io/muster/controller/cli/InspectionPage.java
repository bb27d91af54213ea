package io.muster.controller.cli;

import io.muster.audit.Inspection;
import io.muster.audit.Problem;
import io.muster.controller.render.JsonForm;
import io.muster.controller.render.Screen;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.List;

/** Shows what the examination of an audit log found. */
final class InspectionPage {
    private final Screen screen;
    private final OutputOptions.Form form;

    InspectionPage(Screen screen, OutputOptions.Form form) {
        this.screen = screen;
        this.form = form;
    }

    /**
     * Shows it.
     *
     * @param ignored what was given as signed by a node, and does not count
     */
    void show(Inspection inspection, List<String> ignored) {
        switch (form) {
            case TEXT -> text(inspection, ignored);
            case JSON -> line(JsonForm.document(document(inspection, ignored)));
            case JSONL -> {
                inspection.chains().forEach(c -> typed("chain", chain(c)));
                inspection.problems().forEach(p -> typed("problem", problem(p)));
                inspection.notices().forEach(n -> typed("notice", Fields.EMPTY.with("text", n)));
                ignored.forEach(n -> typed("ignored", Fields.EMPTY.with("text", n)));
            }
            case NAMES ->
                    inspection.problems().stream()
                            .map(p -> p.file().toString())
                            .distinct()
                            .forEach(file -> line(Escape.line(file)));
        }
        screen.out().flush();
    }

    private void text(Inspection inspection, List<String> ignored) {
        for (var chain : inspection.chains()) {
            line(
                    "chain "
                            + Escape.line(chain.id())
                            + " of "
                            + Escape.line(chain.node())
                            + ": records "
                            + chain.from()
                            + " to "
                            + chain.to());
        }
        for (var problem : inspection.problems()) {
            var where = problem.file() + problem.line().map(n -> ":" + n).orElse("");
            line("WRONG " + Escape.line(where + ": " + problem.what()));
        }
        inspection.notices().forEach(notice -> line("note  " + Escape.line(notice)));
        ignored.forEach(each -> line("note  " + Escape.line(each)));
        line(inspection.sound() ? "The log is sound." : "The log is not what the node wrote.");
    }

    private static Fields document(Inspection inspection, List<String> ignored) {
        return Fields.EMPTY
                .with("sound", inspection.sound())
                .with("chains", items(inspection.chains().stream().map(c -> chain(c)).toList()))
                .with(
                        "problems",
                        items(inspection.problems().stream().map(p -> problem(p)).toList()))
                .with("notices", Value.texts(inspection.notices()))
                .with("ignored", Value.texts(ignored));
    }

    private static Items items(List<Fields> fields) {
        return new Items(List.copyOf(fields));
    }

    private static Fields chain(Inspection.Chain chain) {
        var fields =
                Fields.EMPTY
                        .with("chain", chain.id())
                        .with("node", chain.node())
                        .with("from", chain.from())
                        .with("to", chain.to())
                        .with("records", chain.records());
        return chain.attested()
                .map(
                        signed ->
                                fields.with(
                                        "attested",
                                        Fields.EMPTY
                                                .with("sequence", signed.head().sequence())
                                                .with("at", signed.at().toString())))
                .orElse(fields);
    }

    private static Fields problem(Problem problem) {
        var fields =
                Fields.EMPTY
                        .with("file", problem.file().toString())
                        .with("problem", problem.what());
        return problem.line().map(number -> fields.with("line", number)).orElse(fields);
    }

    private void typed(String kind, Fields fields) {
        line(JsonForm.line(JsonForm.typed(kind, fields)));
    }

    private void line(String text) {
        screen.out().println(text);
    }
}
