package io.muster.message;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value, immutable and without {@code null}: what facts, arguments and results are made of.
 *
 * <p>Sealed because JSON (RFC 8259) has exactly these kinds; numbers are split so that whole
 * numbers stay exact and cheap.
 */
public sealed interface Value {

    /** A string. */
    record Text(String text) implements Value {
        @Override
        public String toString() {
            return text;
        }
    }

    /** A whole number that fits 64 bits. */
    record Whole(long number) implements Value {
        @Override
        public String toString() {
            return Long.toString(number);
        }
    }

    /** Any other number, exact. */
    record Decimal(BigDecimal number) implements Value {
        @Override
        public String toString() {
            return number.toPlainString();
        }
    }

    /** True or false. */
    record Truth(boolean truth) implements Value {
        @Override
        public String toString() {
            return Boolean.toString(truth);
        }
    }

    /** JSON's {@code null}. */
    record Nothing() implements Value {
        @Override
        public String toString() {
            return "null";
        }
    }

    /** An array. */
    record Items(List<Value> items) implements Value {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return Json.text(this);
        }
    }

    /** An object; keeps the order of its members. */
    record Fields(Map<String, Value> members) implements Value {
        /** The object without members. */
        public static final Fields EMPTY = new Fields(Map.of());

        public Fields {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** The member of that name, if there is one. */
        public Optional<Value> member(String name) {
            return Optional.ofNullable(members.get(name));
        }

        /** A copy in which {@code name} has {@code value}. */
        public Fields with(String name, Value value) {
            var copy = new LinkedHashMap<>(members);
            copy.put(name, value);
            return new Fields(copy);
        }

        /** A copy in which {@code name} is that text. */
        public Fields with(String name, String text) {
            return with(name, new Text(text));
        }

        /** A copy in which {@code name} is that number. */
        public Fields with(String name, long number) {
            return with(name, new Whole(number));
        }

        /** A copy in which {@code name} is that truth. */
        public Fields with(String name, boolean truth) {
            return with(name, new Truth(truth));
        }

        @Override
        public String toString() {
            return Json.text(this);
        }
    }

    /** The text as a value. */
    static Value of(String text) {
        return new Text(text);
    }

    /** The number as a value. */
    static Value of(long number) {
        return new Whole(number);
    }

    /** The truth as a value. */
    static Value of(boolean truth) {
        return new Truth(truth);
    }

    /** The texts as an array. */
    static Items texts(List<String> texts) {
        return new Items(texts.stream().map(Value::of).toList());
    }
}
