package io.muster.filter;

import io.muster.filter.Comparison.Like;
import io.muster.filter.Comparison.Order;
import io.muster.filter.Comparison.Ordered;
import io.muster.filter.Comparison.Same;

/**
 * Reads one term of {@code -F}, {@code -W} or {@code -S}: a fact with its comparison, a class, a
 * regular expression over classes, or the answer of a data function. For one thread.
 */
final class TermParser {
    private final Cursor cursor;
    private final Place place;
    private final Terms terms;
    private final ValueParser values;

    TermParser(Cursor cursor, Place place, Terms terms) {
        this.cursor = cursor;
        this.place = place;
        this.terms = terms;
        this.values = new ValueParser(cursor, place);
    }

    /** Reads the term that starts here; afterwards the cursor stands right behind it. */
    Term term() {
        int start = cursor.at();
        terms.count(cursor, start);
        if (place != Place.FACT && cursor.sees('/')) {
            return classLike();
        }
        boolean quoted = cursor.seesQuote();
        var name = quoted ? cursor.quoted() : bareName();
        if (place == Place.EXPRESSION && !quoted && cursor.sees('(')) {
            return function(start, name);
        }
        if (!operatorFollows()) {
            return hasClass(start, quoted, name);
        }
        if (name.isEmpty()) {
            throw cursor.error(start, "the name of a fact is missing before the operator");
        }
        if (!quoted) {
            Words.checkName(cursor, start, "a fact", name);
        }
        return new Term.Fact(path(start, name), comparison());
    }

    private String bareName() {
        int start = cursor.at();
        while (!cursor.done()
                && !cursor.seesBlank()
                && !Operator.startsAt(cursor, cursor.at())
                && !(place == Place.EXPRESSION && (cursor.sees('(') || cursor.sees(')')))) {
            cursor.skip(1);
        }
        return cursor.since(start);
    }

    private boolean operatorFollows() {
        int here = cursor.at();
        if (place.spaced()) {
            cursor.skipBlanks();
        }
        boolean follows = Operator.startsAt(cursor, cursor.at());
        if (!follows) {
            cursor.moveTo(here);
        }
        return follows;
    }

    private FactPath path(int start, String name) {
        try {
            return FactPath.of(name);
        } catch (IllegalArgumentException e) {
            throw cursor.error(start, String.valueOf(e.getMessage()));
        }
    }

    private Comparison comparison() {
        int at = cursor.at();
        var written = Operator.at(cursor).orElseThrow();
        cursor.skip(written.symbol().length());
        var value = values.value(at, written);
        return switch (written.operator()) {
            case EQUAL -> same(value, false);
            case DIFFERENT -> same(value, true);
            case LIKE -> new Comparison(new Like(value.asRegex(cursor)), false);
            case LESS -> ordered(at, Order.LESS, value);
            case AT_MOST -> ordered(at, Order.AT_MOST, value);
            case AT_LEAST -> ordered(at, Order.AT_LEAST, value);
            case GREATER -> ordered(at, Order.GREATER, value);
        };
    }

    private Comparison same(ValueParser.Written value, boolean negated) {
        return new Comparison(
                value.regex()
                        ? new Like(value.asRegex(cursor))
                        : new Same(Operand.of(value.text())),
                negated);
    }

    private Comparison ordered(int at, Order order, ValueParser.Written value) {
        if (value.regex()) {
            throw cursor.error(
                    at,
                    "a regular expression goes with = != and =~ only; quote it to compare text");
        }
        return new Comparison(new Ordered(order, Operand.of(value.text())), false);
    }

    private Term classLike() {
        int start = cursor.at();
        var pattern =
                values.slashed()
                        .orElseThrow(
                                () ->
                                        cursor.error(
                                                start, "this / has no closing / at a word's end"));
        var regex = Regex.compile(cursor, start + 1, pattern);
        if (operatorFollows()) {
            throw cursor.error(
                    cursor.at(), "a regular expression cannot stand on the left of an operator");
        }
        return new Term.HasClassLike(regex);
    }

    private Term hasClass(int start, boolean quoted, String name) {
        if (place == Place.FACT) {
            cursor.skipBlanks();
            throw cursor.error(
                    cursor.done() ? start : cursor.at(),
                    "an operator is expected after the fact "
                            + Excerpt.safe(name)
                            + ": = != < <= > >= or =~; a class is chosen with -C");
        }
        if (name.isEmpty()) {
            throw cursor.error(start, "the name of a class is empty");
        }
        if (quoted && !place.endsWord(cursor, cursor.at())) {
            throw cursor.error(cursor.at(), "a blank is expected after the closing quote");
        }
        if (!quoted) {
            checkKeyword(start, name);
            Words.checkName(cursor, start, "a class", name);
        }
        return new Term.HasClass(name);
    }

    private void checkKeyword(int start, String name) {
        if (name.equalsIgnoreCase("and")
                || name.equalsIgnoreCase("or")
                || name.equalsIgnoreCase("not")) {
            throw cursor.error(
                    start,
                    place == Place.LIST
                            ? "all terms of -W must hold; " + name + " is for -S"
                            : "and, or and not are written in lower case");
        }
    }

    private Term function(int start, String name) {
        var call = new CallParser(cursor).call(start, name);
        int behind = cursor.at();
        cursor.skipBlanks();
        if (!Operator.startsAt(cursor, cursor.at())) {
            throw cursor.error(
                    start,
                    "an operator is expected after "
                            + Excerpt.safe(cursor.text().substring(start, behind))
                            + ", such as = true");
        }
        var comparison = comparison();
        if (!call.function().equals("fact")) {
            return new Term.Answer(call, comparison);
        }
        if (!call.field().equals("value")) {
            throw cursor.error(start, "fact('...') has one field, value");
        }
        return new Term.Fact(path(start, call.argument()), comparison);
    }
}
