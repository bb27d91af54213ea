package io.muster.message;

import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes an object apart, member by member: each has the right type or the whole is malformed; what
 * nobody asked for is malformed too. Nothing is converted: {@code "7"} is not 7.
 *
 * <pre>{@code
 * var reader = new FieldReader("request", fields);
 * var request = new Request(reader.text("id", RequestId::new), ...);
 * reader.done();
 * }</pre>
 *
 * <p>Every method throws {@link MalformedException} naming what is being read and the member.
 */
public final class FieldReader {
    private final String what;
    private final Fields fields;
    private final Set<String> read = new HashSet<>();

    public FieldReader(String what, Fields fields) {
        this.what = what;
        this.fields = fields;
    }

    /** A text. */
    public String text(String name) {
        return text(name, Function.identity());
    }

    /** A text that {@code type} accepts; its IllegalArgumentException becomes the problem. */
    public <T> T text(String name, Function<String, T> type) {
        return optionalText(name, type).orElseThrow(() -> problem("has no " + name));
    }

    /** A text that may be absent. */
    public <T> Optional<T> optionalText(String name, Function<String, T> type) {
        return take(name)
                .map(
                        value -> {
                            if (value instanceof Text(String text)) {
                                return checked(name, () -> type.apply(text));
                            }
                            throw problem(name + " is not a text");
                        });
    }

    /** A whole number. */
    public long whole(String name) {
        return optionalWhole(name).orElseThrow(() -> problem("has no " + name));
    }

    /** A whole number that may be absent. */
    public Optional<Long> optionalWhole(String name) {
        return take(name)
                .map(
                        value -> {
                            if (value instanceof Whole(long number)) {
                                return number;
                            }
                            throw problem(name + " is not a whole number");
                        });
    }

    /** A moment, as milliseconds since 1970 UTC. */
    public Instant instant(String name) {
        var millis = whole(name);
        return checked(
                name,
                () -> {
                    if (millis < 0 || millis > 253_402_300_799_999L) {
                        throw new IllegalArgumentException("not a moment before the year 10000");
                    }
                    return Instant.ofEpochMilli(millis);
                });
    }

    /** True or false. */
    public boolean truth(String name) {
        return optionalTruth(name).orElseThrow(() -> problem("has no " + name));
    }

    /** True or false, or absent. */
    public Optional<Boolean> optionalTruth(String name) {
        return take(name)
                .map(
                        value -> {
                            if (value instanceof Truth(boolean truth)) {
                                return truth;
                            }
                            throw problem(name + " is not true or false");
                        });
    }

    /** An object. */
    public Fields fields(String name) {
        return optionalFields(name).orElseThrow(() -> problem("has no " + name));
    }

    /** An object that may be absent. */
    public Optional<Fields> optionalFields(String name) {
        return take(name)
                .map(
                        value -> {
                            if (value instanceof Fields object) {
                                return object;
                            }
                            throw problem(name + " is not an object");
                        });
    }

    /** A list of texts that {@code type} accepts. */
    public <T> List<T> texts(String name, Function<String, T> type) {
        return optionalTexts(name, type).orElseThrow(() -> problem("has no " + name));
    }

    /** A list of texts that may be absent. */
    public <T> Optional<List<T>> optionalTexts(String name, Function<String, T> type) {
        return optionalItems(name)
                .map(
                        items ->
                                items.stream()
                                        .map(
                                                item -> {
                                                    if (item instanceof Text(String text)) {
                                                        return checked(
                                                                name, () -> type.apply(text));
                                                    }
                                                    throw problem(name + " holds no text");
                                                })
                                        .toList());
    }

    /** Anything, or nothing. */
    public Optional<Value> optional(String name) {
        return take(name);
    }

    /** A list that may be absent. */
    public Optional<List<Value>> optionalItems(String name) {
        return take(name)
                .map(
                        value -> {
                            if (value instanceof Items(List<Value> items)) {
                                return items;
                            }
                            throw problem(name + " is not a list");
                        });
    }

    /** Call last: a member that nobody read is a problem. */
    public void done() {
        for (var name : fields.members().keySet()) {
            if (!read.contains(name)) {
                throw problem("has an unknown member " + name);
            }
        }
    }

    private Optional<Value> take(String name) {
        read.add(name);
        return fields.member(name);
    }

    private <T> T checked(String name, java.util.function.Supplier<T> conversion) {
        try {
            return conversion.get();
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedException(what + ": " + name + ": " + e.getMessage(), e);
        }
    }

    private MalformedException problem(String problem) {
        return new MalformedException(what + ": " + problem);
    }
}
