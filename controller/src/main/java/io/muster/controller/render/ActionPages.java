package io.muster.controller.render;

import io.muster.action.ActionSpec;
import io.muster.action.InputSpec;
import io.muster.action.InputSpec.Kind;
import io.muster.message.Escape;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Describes actions. What they say of themselves may come from a node, so it is escaped. */
public final class ActionPages {
    private final Screen screen;

    public ActionPages(Screen screen) {
        this.screen = screen;
    }

    /** One a line, for people. */
    public void list(List<ActionSpec> specs) {
        for (var spec : specs) {
            var name = Layout.pad(spec.name().value(), 24);
            var actionClass = Layout.pad(spec.actionClass().word(), 12);
            line(name + " " + actionClass + " " + Escape.line(spec.summary()));
        }
        screen.out().flush();
    }

    /** Everything about one, for people. */
    public void page(ActionSpec spec) {
        line(spec.name() + ": " + Escape.line(spec.summary()));
        line("");
        line("    class:      " + spec.actionClass());
        line("    idempotent: " + (spec.idempotent() ? "yes" : "no"));
        line("    dry run:    " + (spec.dryRun() ? "yes" : "no"));
        line("    timeout:    " + Spans.print(spec.timeout()));
        line("");
        line(spec.inputs().isEmpty() ? "No inputs." : "Inputs:");
        spec.inputs().forEach(this::input);
        if (!spec.outputs().isEmpty()) {
            line("");
            line("Outputs:");
            spec.outputs()
                    .forEach(
                            output ->
                                    line(
                                            "    "
                                                    + Layout.pad(output.name(), 16)
                                                    + " "
                                                    + Escape.line(output.summary())
                                                    + (output.secret() ? "; secret" : "")));
        }
        screen.out().flush();
    }

    private void input(InputSpec input) {
        line("    " + Layout.pad(input.name(), 16) + " " + Escape.line(input.summary()));
        var rest = new StringBuilder(kind(input.kind()));
        rest.append(input.required() ? "; required" : "");
        input.fallback().ifPresent(f -> rest.append("; otherwise ").append(Escape.line(f)));
        rest.append(input.secret() ? "; secret" : "");
        line("    " + " ".repeat(17) + rest);
    }

    private static String kind(Kind kind) {
        return switch (kind) {
            case Kind.Text(int most, Optional<String> pattern) ->
                    "a text of at most " + most + " characters" + like(pattern);
            case Kind.Lines(int most) -> "lines of at most " + most + " characters";
            case Kind.Whole(long min, long max) -> "a whole number from " + min + " to " + max;
            case Kind.Truth() -> "true or false";
            case Kind.Choice(List<String> words) ->
                    "one of " + Escape.line(String.join(", ", words));
            case Kind.Span(Duration min, Duration max) ->
                    "a length of time from " + Spans.print(min) + " to " + Spans.print(max);
            case Kind.Texts(Kind.Text each, int most) -> "up to " + most + " times: " + kind(each);
        };
    }

    private static String like(Optional<String> pattern) {
        // Escaping doubles backslashes, and a pattern is meant to be typed as it is shown.
        return pattern.map(p -> " like /" + Escape.line(p).replace("\\\\", "\\") + "/").orElse("");
    }

    /** Only the names. */
    public void names(List<ActionSpec> specs) {
        specs.forEach(spec -> line(spec.name().value()));
        screen.out().flush();
    }

    /** All as one document. */
    public void json(List<ActionSpec> specs) {
        var all = specs.stream().<Value>map(ActionSpec::toValue).toList();
        line(JsonForm.document(Fields.EMPTY.with("actions", new Items(all))));
        screen.out().flush();
    }

    /** One as one document. */
    public void json(ActionSpec spec) {
        line(JsonForm.document(spec.toValue()));
        screen.out().flush();
    }

    /** One a line. */
    public void jsonLines(List<ActionSpec> specs) {
        specs.forEach(spec -> line(JsonForm.line(JsonForm.typed("action", spec.toValue()))));
        screen.out().flush();
    }

    private void line(String text) {
        screen.out().println(text);
    }
}
