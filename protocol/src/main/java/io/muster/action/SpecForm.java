package io.muster.action;

import io.muster.action.ActionSpec.OutputSpec;
import io.muster.action.InputSpec.Kind;
import io.muster.message.ActionName;
import io.muster.message.Escape;
import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The JSON form of an action spec, as docs/actions-external.md describes it. */
final class SpecForm {
    private SpecForm() {}

    static Fields toValue(ActionSpec spec) {
        var form = described(spec);
        return spec.outlives() ? form.with("outlives", true) : form;
    }

    private static Fields described(ActionSpec spec) {
        return Fields.EMPTY
                .with("name", spec.name().value())
                .with("summary", spec.summary())
                .with("class", spec.actionClass().word())
                .with("idempotent", spec.idempotent())
                .with("dryRun", spec.dryRun())
                .with("timeout", Spans.print(spec.timeout()))
                .with("inputs", list(spec.inputs().stream().map(SpecForm::toValue).toList()))
                .with("outputs", list(spec.outputs().stream().map(SpecForm::toValue).toList()));
    }

    private static Items list(List<Fields> objects) {
        return new Items(List.copyOf(objects));
    }

    private static Fields toValue(OutputSpec output) {
        var fields = Fields.EMPTY.with("name", output.name()).with("summary", output.summary());
        return output.secret() ? fields.with("secret", true) : fields;
    }

    private static Fields toValue(InputSpec input) {
        var fields = Fields.EMPTY.with("name", input.name()).with("summary", input.summary());
        fields = withKind(fields, input.kind());
        if (input.required()) {
            fields = fields.with("required", true);
        }
        if (input.fallback().isPresent()) {
            fields = fields.with("fallback", input.fallback().get());
        }
        return input.secret() ? fields.with("secret", true) : fields;
    }

    private static Fields withKind(Fields fields, Kind kind) {
        return switch (kind) {
            case Kind.Text text -> withLimits(fields.with("kind", "text"), text);
            case Kind.Lines(int maxLength) ->
                    fields.with("kind", "lines").with("maxLength", maxLength);
            case Kind.Whole(long min, long max) ->
                    fields.with("kind", "whole").with("min", min).with("max", max);
            case Kind.Truth() -> fields.with("kind", "truth");
            case Kind.Choice(List<String> words) ->
                    fields.with("kind", "choice").with("words", Value.texts(words));
            case Kind.Span(Duration min, Duration max) ->
                    fields.with("kind", "span")
                            .with("min", Spans.print(min))
                            .with("max", Spans.print(max));
            case Kind.Texts(Kind.Text each, int maxItems) ->
                    withLimits(fields.with("kind", "texts").with("maxItems", maxItems), each);
        };
    }

    private static Fields withLimits(Fields fields, Kind.Text text) {
        var limited = fields.with("maxLength", text.maxLength());
        return text.pattern().map(pattern -> limited.with("pattern", pattern)).orElse(limited);
    }

    static ActionSpec read(Fields form) {
        var reader = new FieldReader("action spec", form);
        var name = reader.text("name", ActionName::new);
        var what = "action " + name;
        var inputs = objects(what, reader, "inputs").stream().map(i -> input(what, i)).toList();
        var outputs = objects(what, reader, "outputs").stream().map(o -> output(what, o)).toList();
        var spec =
                sensible(
                        "action spec",
                        () ->
                                new ActionSpec(
                                        name,
                                        reader.text("summary"),
                                        reader.text("class", ActionClass::parse),
                                        reader.optionalTruth("idempotent").orElse(false),
                                        reader.optionalTruth("dryRun").orElse(false),
                                        reader.text("timeout", Spans::parse),
                                        inputs,
                                        outputs,
                                        reader.optionalTruth("outlives").orElse(false)));
        reader.done();
        return spec;
    }

    private static OutputSpec output(String what, Fields form) {
        var reader = new FieldReader(what + ": output", form);
        var output =
                sensible(
                        what,
                        () ->
                                new OutputSpec(
                                        reader.text("name"),
                                        reader.text("summary"),
                                        reader.optionalTruth("secret").orElse(false)));
        reader.done();
        return output;
    }

    private static InputSpec input(String action, Fields form) {
        var reader = new FieldReader(action + ": input", form);
        var name = reader.text("name");
        var what = action + ": input " + Escape.line(name);
        var members = new FieldReader(what, form);
        var input =
                sensible(
                        action,
                        () ->
                                new InputSpec(
                                        members.text("name"),
                                        members.text("summary"),
                                        sensible(what, () -> kind(members)),
                                        members.optionalTruth("required").orElse(false),
                                        members.optionalText("fallback", text -> text),
                                        members.optionalTruth("secret").orElse(false)));
        members.done();
        return input;
    }

    private static Kind kind(FieldReader reader) {
        var word = reader.text("kind");
        return switch (word) {
            case "text" -> text(reader);
            case "lines" -> new Kind.Lines(small(reader, "maxLength"));
            case "whole" -> new Kind.Whole(reader.whole("min"), reader.whole("max"));
            case "truth" -> new Kind.Truth();
            case "choice" -> new Kind.Choice(reader.texts("words", text -> text));
            case "span" ->
                    new Kind.Span(
                            reader.text("min", Spans::parse), reader.text("max", Spans::parse));
            case "texts" -> new Kind.Texts(text(reader), small(reader, "maxItems"));
            default ->
                    throw new IllegalArgumentException(
                            "no kind "
                                    + Escape.quoted(word)
                                    + ": text, lines, whole, truth, choice, span or texts");
        };
    }

    private static Kind.Text text(FieldReader reader) {
        return new Kind.Text(
                small(reader, "maxLength"), reader.optionalText("pattern", text -> text));
    }

    /** A number for a limit; one that does not fit is over every limit anyway. */
    private static int small(FieldReader reader, String name) {
        return Math.clamp(reader.whole(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static List<Fields> objects(String what, FieldReader reader, String name) {
        return reader.optionalItems(name).orElse(List.of()).stream()
                .map(item -> object(what, name, item))
                .toList();
    }

    private static Fields object(String what, String name, Value item) {
        if (item instanceof Fields object) {
            return object;
        }
        throw new MalformedException(what + ": " + name + " holds something that is no object");
    }

    /** What a record's constructor refuses is a malformed form. */
    private static <T> T sensible(String what, Supplier<T> construction) {
        try {
            return construction.get();
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(what + ": " + e.getMessage(), e);
        }
    }
}
