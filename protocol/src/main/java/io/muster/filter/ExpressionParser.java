package io.muster.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads an expression of {@code -S}. For one thread.
 *
 * <pre>{@code
 * expression = all { "or" all }
 * all        = one { "and" one }
 * one        = ( "not" | "!" ) one | "(" expression ")" | term
 * }</pre>
 */
final class ExpressionParser {
    private final Cursor cursor;
    private final TermParser terms;
    private int lastAt;
    private String last = "";

    ExpressionParser(Cursor cursor, Terms terms) {
        this.cursor = cursor;
        this.terms = new TermParser(cursor, Place.EXPRESSION, terms);
    }

    Term expression() {
        var term = any(0);
        cursor.skipBlanks();
        if (!cursor.done()) {
            throw cursor.error(
                    cursor.at(),
                    cursor.sees(')') ? "this ) closes nothing" : "'and' or 'or' is expected here");
        }
        return term;
    }

    private Term any(int depth) {
        return joined("or", () -> all(depth), Term.Or::new);
    }

    private Term all(int depth) {
        return joined("and", () -> one(depth), Term.And::new);
    }

    private Term joined(String word, Supplier<Term> part, Function<List<Term>, Term> join) {
        var parts = new ArrayList<Term>();
        parts.add(part.get());
        while (take(word)) {
            parts.add(part.get());
        }
        return parts.size() == 1 ? parts.getFirst() : join.apply(parts);
    }

    private Term one(int depth) {
        cursor.skipBlanks();
        if (cursor.done()) {
            throw cursor.error(lastAt, "a term is missing after " + last);
        }
        if (depth > FilterParser.DEEPEST) {
            throw cursor.error(lastAt, "nested deeper than " + FilterParser.DEEPEST + " levels");
        }
        if (cursor.sees(')') || word("and") || word("or")) {
            throw cursor.error(cursor.at(), "a term is missing before this");
        }
        if (takeNot()) {
            return new Term.Not(one(depth + 1));
        }
        return cursor.sees('(') ? group(depth) : terms.term();
    }

    private Term group(int depth) {
        int open = cursor.at();
        step("(");
        var term = any(depth + 1);
        cursor.skipBlanks();
        if (cursor.done()) {
            throw cursor.error(open, "this ( is never closed");
        }
        if (!cursor.sees(')')) {
            throw cursor.error(cursor.at(), "'and', 'or' or ')' is expected here");
        }
        cursor.skip(1);
        return term;
    }

    private boolean takeNot() {
        if (cursor.sees('!') && cursor.charAt(cursor.at() + 1) != '=') {
            step("!");
            return true;
        }
        return take("not");
    }

    private boolean take(String word) {
        cursor.skipBlanks();
        boolean here = word(word);
        if (here) {
            step(word);
        }
        return here;
    }

    private boolean word(String word) {
        int end = cursor.at() + word.length();
        return cursor.text().startsWith(word, cursor.at())
                && (Place.EXPRESSION.endsWord(cursor, end) || cursor.charAt(end) == '(');
    }

    private void step(String token) {
        lastAt = cursor.at();
        last = token;
        cursor.skip(token.length());
    }
}
