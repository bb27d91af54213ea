package io.muster.filter;

import io.muster.message.ActionName;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes filters of the texts that operators type. */
final class FilterParser {
    /** The most terms of all texts of a filter together. */
    static final int MOST_TERMS = 64;

    /** The deepest nesting of {@code not} and parentheses. */
    static final int DEEPEST = 32;

    /** The most bytes of all texts of a filter together, in UTF-8. */
    static final int LONGEST = 8 * 1024;

    private final Terms terms = new Terms(MOST_TERMS);
    private final List<Clause> clauses = new ArrayList<>();

    private FilterParser() {}

    /** Understands the texts of a filter. */
    static List<Clause> clauses(Filter filter) {
        checkSize(filter);
        var parser = new FilterParser();
        filter.facts().forEach(parser::fact);
        filter.classes().forEach(parser::className);
        filter.actions().forEach(parser::action);
        parser.identities(filter.identities());
        filter.mixed().forEach(parser::mixed);
        filter.expressions().forEach(parser::expression);
        return List.copyOf(parser.clauses);
    }

    private static void checkSize(Filter filter) {
        long bytes = 0;
        for (var kind : Kind.values()) {
            for (var text : filter.texts(kind)) {
                bytes += text.getBytes(StandardCharsets.UTF_8).length;
                if (bytes > LONGEST) {
                    throw new FilterException(
                            kind.option(),
                            text,
                            1,
                            "longer than " + LONGEST + " bytes, with all that stands before it");
                }
            }
        }
    }

    private void add(Kind kind, String text, Term term) {
        clauses.add(Clause.of(kind, text, term));
    }

    private void fact(String text) {
        var cursor = new Cursor(Kind.FACT.option(), text);
        add(Kind.FACT, text, new TermParser(cursor, Place.FACT, terms).term());
    }

    private void mixed(String text) {
        var cursor = new Cursor(Kind.MIXED.option(), text);
        var parser = new TermParser(cursor, Place.LIST, terms);
        while (!cursor.done()) {
            int start = cursor.at();
            var term = parser.term();
            add(Kind.MIXED, cursor.since(start), term);
            cursor.skipBlanks();
        }
    }

    private void expression(String text) {
        var cursor = new Cursor(Kind.EXPRESSION.option(), text);
        add(Kind.EXPRESSION, text, new ExpressionParser(cursor, terms).expression());
    }

    private void className(String text) {
        var cursor = start(Kind.CLASS, text);
        if (cursor.sees('/')) {
            add(Kind.CLASS, text, new Term.HasClassLike(slashed(cursor)));
            return;
        }
        int start = cursor.at();
        boolean quoted = cursor.seesQuote();
        var name = quoted ? cursor.quoted() : rest(cursor);
        cursor.skipBlanks();
        if (!cursor.done()) {
            throw cursor.error(cursor.at(), "something follows the closing quote");
        }
        if (name.isEmpty()) {
            throw cursor.error(start, "the name of a class is empty");
        }
        if (!quoted) {
            checkClass(cursor, start, name);
        }
        add(Kind.CLASS, text, new Term.HasClass(name));
    }

    private static void checkClass(Cursor cursor, int start, String name) {
        for (int i = start; i < start + name.length(); i++) {
            if (Operator.startsAt(cursor, i)) {
                throw cursor.error(i, "an operator; facts are for -F, -W or -S");
            }
            if (Cursor.blank(cursor.charAt(i))) {
                throw cursor.error(i, "a blank; give -C once for each class, or use -W");
            }
        }
        Words.checkName(cursor, start, "a class", name);
    }

    private void action(String text) {
        var cursor = start(Kind.ACTION, text);
        if (cursor.sees('/')) {
            add(Kind.ACTION, text, new Term.CanDoLike(slashed(cursor)));
            return;
        }
        int start = cursor.at();
        var name = rest(cursor);
        if (!isAction(name) && !isAction(name + ".any")) {
            throw cursor.error(
                    start, "not an action or a family of actions, such as puppet.run or puppet");
        }
        add(Kind.ACTION, text, new Term.CanDo(name));
    }

    private static boolean isAction(String name) {
        try {
            return !new ActionName(name).value().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void identities(List<String> texts) {
        var names = texts.stream().map(this::identity).toList();
        if (!names.isEmpty()) {
            var text = String.join(", ", texts);
            add(Kind.IDENTITY, text, names.size() == 1 ? names.getFirst() : new Term.Or(names));
        }
    }

    private Term identity(String text) {
        var cursor = start(Kind.IDENTITY, text);
        if (cursor.sees('/')) {
            return new Term.CalledLike(slashed(cursor));
        }
        int start = cursor.at();
        var name = rest(cursor);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Words.letterOrDigit(c) && "._-".indexOf(c) < 0) {
                throw cursor.error(
                        start + i,
                        "this cannot stand in a node's name; a pattern is written /regex/, and"
                                + " several nodes are several -I");
            }
        }
        return new Term.Called(name);
    }

    private Cursor start(Kind kind, String text) {
        var cursor = new Cursor(kind.option(), text);
        terms.count(cursor, cursor.at());
        return cursor;
    }

    private static String rest(Cursor cursor) {
        int start = cursor.at();
        cursor.moveTo(cursor.end());
        return cursor.since(start);
    }

    private static Regex slashed(Cursor cursor) {
        int start = cursor.at();
        var text = rest(cursor);
        if (text.length() < 2 || !text.endsWith("/")) {
            throw cursor.error(start, "this / has no closing / at the end");
        }
        return Regex.compile(cursor, start + 1, text.substring(1, text.length() - 1));
    }
}
