package io.muster.filter;

import io.muster.message.Value;
import io.muster.message.Value.Decimal;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.message.Value.Nothing;
import io.muster.message.Value.Text;
import io.muster.message.Value.Truth;
import io.muster.message.Value.Whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a fact stands: {@code os.family} is the member {@code family} of the fact {@code os}, and
 * {@code disks.0} the first element of the list {@code disks}.
 *
 * <p>A fact whose own name holds dots is found first: of all ways to read the path, the one with
 * the longest first name that leads to a value. Taken apart once, so that looking up is cheap.
 */
public final class FactPath {
    /** The most parts between dots. */
    public static final int MOST_PARTS = 32;

    /** The longest path, in characters. */
    public static final int LONGEST = 512;

    private final String name;
    private final List<Step> steps;

    /** A way to read the path: first that name, then the rest. */
    private record Step(String head, FactPath tail) {}

    private FactPath(String name, List<Step> steps) {
        this.name = name;
        this.steps = steps;
    }

    /**
     * Takes a path apart.
     *
     * @throws IllegalArgumentException if it is empty, longer than {@link #LONGEST} or of more than
     *     {@link #MOST_PARTS} parts
     */
    public static FactPath of(String path) {
        var parts = List.of(path.split("\\.", -1));
        if (path.isEmpty()) {
            throw new IllegalArgumentException("the name of a fact is empty");
        }
        if (path.length() > LONGEST || parts.size() > MOST_PARTS) {
            throw new IllegalArgumentException(
                    "the name of a fact has at most "
                            + LONGEST
                            + " characters and "
                            + MOST_PARTS
                            + " parts");
        }
        var tails = new ArrayList<FactPath>();
        for (int from = parts.size() - 1; from >= 0; from--) {
            var steps = new ArrayList<Step>();
            for (int to = parts.size() - 1; to > from; to--) {
                var tail = tails.get(parts.size() - 1 - to);
                steps.add(new Step(String.join(".", parts.subList(from, to)), tail));
            }
            var name = String.join(".", parts.subList(from, parts.size()));
            tails.add(new FactPath(name, List.copyOf(steps)));
        }
        return tails.getLast();
    }

    /** The value that stands there, if any; it may be {@code null}'s {@link Nothing}. */
    public Optional<Value> in(Fields facts) {
        var own = facts.member(name);
        if (own.isPresent()) {
            return own;
        }
        for (var step : steps) {
            var found = facts.member(step.head).flatMap(step.tail::inside);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Value> inside(Value value) {
        return switch (value) {
            case Fields fields -> in(fields);
            case Items(List<Value> items) -> element(items);
            case Text(var _), Whole(var _), Decimal(var _), Truth(var _), Nothing() ->
                    Optional.empty();
        };
    }

    private Optional<Value> element(List<Value> items) {
        var index = steps.isEmpty() ? name : steps.getLast().head;
        if (index.isEmpty()
                || index.length() > 6
                || !index.chars().allMatch(c -> c >= '0' && c <= '9')
                || Integer.parseInt(index) >= items.size()) {
            return Optional.empty();
        }
        var item = items.get(Integer.parseInt(index));
        return steps.isEmpty() ? Optional.of(item) : steps.getLast().tail.inside(item);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FactPath path && path.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return name;
    }
}
