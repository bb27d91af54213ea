package io.muster.controller.cli;

import io.muster.controller.render.JsonForm;
import io.muster.controller.render.Screen;
import io.muster.message.Escape;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.util.ArrayList;
import java.util.List;

/** What an examination found, a line each. */
final class Findings {
    private final Screen screen;
    private final OutputOptions.Form form;
    private final List<Value> all = new ArrayList<>();
    private boolean well = true;

    Findings(Screen screen, OutputOptions.Form form) {
        this.screen = screen;
        this.form = form;
    }

    /** This is as it must be. */
    void ok(String check, String finding) {
        ok(check, finding, Fields.EMPTY);
    }

    /** The same, with more for programs. */
    void ok(String check, String finding, Fields more) {
        note(check, true, finding, more);
    }

    /** This is not; the finding says what to do. */
    void fail(String check, String finding) {
        fail(check, finding, Fields.EMPTY);
    }

    /** The same, with more for programs. */
    void fail(String check, String finding, Fields more) {
        well = false;
        note(check, false, finding, more);
    }

    private void note(String check, boolean ok, String finding, Fields more) {
        var fields = Fields.EMPTY.with("check", check).with("ok", ok).with("finding", finding);
        for (var member : more.members().entrySet()) {
            fields = fields.with(member.getKey(), member.getValue());
        }
        all.add(fields);
        switch (form) {
            case TEXT -> {
                var lines = finding.lines().map(Escape::line).toList();
                var word = ok ? "ok    " : "FAIL  ";
                line(
                        word
                                + check
                                + " ".repeat(Math.max(1, 16 - check.length()))
                                + lines.getFirst());
                lines.stream().skip(1).forEach(next -> line(" ".repeat(22) + next));
            }
            case JSONL -> line(JsonForm.line(JsonForm.typed("check", fields)));
            case JSON -> {}
            case NAMES -> {
                if (!ok) {
                    line(check);
                }
            }
        }
        screen.out().flush();
    }

    /** Nothing more will be found. */
    void end() {
        if (form == OutputOptions.Form.JSON) {
            line(JsonForm.document(Fields.EMPTY.with("well", well).with("checks", new Items(all))));
        }
        screen.out().flush();
    }

    /** Whether all is as it must be. */
    boolean well() {
        return well;
    }

    private void line(String text) {
        screen.out().println(text);
    }
}
