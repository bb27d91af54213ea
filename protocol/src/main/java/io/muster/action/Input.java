package io.muster.action;

import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Arguments that passed {@link ActionSpec#check}: nothing unknown, nothing missing, nothing out of
 * bounds, fallbacks filled in. Immutable.
 *
 * <p>Asking for an input that the spec does not have, of another kind, or absent with a method that
 * cannot say so, is a mistake in the action and throws IllegalStateException.
 */
public final class Input {
    private final ActionSpec spec;
    private final Fields values;

    Input(ActionSpec spec, Fields values) {
        this.spec = spec;
        this.values = values;
    }

    /** All values, in the order of the spec, fallbacks included. */
    public Fields values() {
        return values;
    }

    /** A text or the word of a choice. */
    public String text(String name) {
        return present(name, optionalText(name));
    }

    /** A text or the word of a choice that may be absent. */
    public Optional<String> optionalText(String name) {
        return value(name, Text.class).map(Text::text);
    }

    /** A whole number. */
    public long whole(String name) {
        return present(name, optionalWhole(name));
    }

    /** A whole number that may be absent. */
    public Optional<Long> optionalWhole(String name) {
        return value(name, Whole.class).map(Whole::number);
    }

    /** True or false. */
    public boolean truth(String name) {
        return present(name, optionalTruth(name));
    }

    /** True or false, or absent. */
    public Optional<Boolean> optionalTruth(String name) {
        return value(name, Truth.class).map(Truth::truth);
    }

    /** A length of time. */
    public Duration span(String name) {
        return present(name, optionalSpan(name));
    }

    /** A length of time that may be absent. */
    public Optional<Duration> optionalSpan(String name) {
        return optionalText(name).map(Spans::parse);
    }

    /** A list; the empty one if it is absent. */
    public List<String> texts(String name) {
        return optionalTexts(name).orElse(List.of());
    }

    /** A list, where absent (leave as it is) and empty (have none) differ. */
    public Optional<List<String>> optionalTexts(String name) {
        return value(name, Items.class)
                .map(list -> list.items().stream().map(Value::toString).toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Input input
                && spec.equals(input.spec)
                && values.equals(input.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The action's name and how many inputs are set; no values, since some are secret. */
    @Override
    public String toString() {
        return spec.name() + " with " + values.members().size() + " inputs";
    }

    private <T extends Value> Optional<T> value(String name, Class<T> kind) {
        if (spec.input(name).isEmpty()) {
            throw new IllegalStateException(spec.name() + " has no input " + name);
        }
        var value = values.member(name);
        if (value.isPresent() && !kind.isInstance(value.get())) {
            throw new IllegalStateException(
                    spec.name() + ": input " + name + " is no " + kind.getSimpleName());
        }
        return value.map(kind::cast);
    }

    private <T> T present(String name, Optional<T> value) {
        return value.orElseThrow(
                () -> new IllegalStateException(spec.name() + ": input " + name + " is absent"));
    }
}
