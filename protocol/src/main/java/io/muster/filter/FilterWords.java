package io.muster.filter;

import io.muster.filter.Comparison.Check;
import io.muster.filter.Comparison.Like;
import io.muster.filter.Comparison.Order;
import io.muster.filter.Comparison.Ordered;
import io.muster.filter.Comparison.Same;

import java.util.List;

/** Says a filter in words, one term a line, what belongs together indented. For one thread. */
final class FilterWords {
    private final StringBuilder lines = new StringBuilder();

    private FilterWords() {}

    /** Safe to show; lines are separated by line feeds, the last has none. */
    static String describe(List<Clause> clauses) {
        if (clauses.isEmpty()) {
            return "every node";
        }
        var words = new FilterWords();
        words.line(0, "a node matches if all of this is so:");
        clauses.forEach(clause -> words.term(1, clause.term()));
        return words.lines.toString();
    }

    private void line(int depth, String words) {
        if (!lines.isEmpty()) {
            lines.append('\n');
        }
        lines.append("  ".repeat(depth)).append(words);
    }

    private void term(int depth, Term term) {
        switch (term) {
            case Term.And(List<Term> terms) -> group(depth, "all of:", terms);
            case Term.Or(List<Term> terms) -> group(depth, "any of:", terms);
            case Term.Not(Term inner) -> group(depth, "not:", List.of(inner));
            case Term.Fact(FactPath path, Comparison comparison) ->
                    line(
                            depth,
                            "fact "
                                    + Excerpt.safe(path.toString())
                                    + (comparison.negated() ? " exists and" : "")
                                    + compared(comparison));
            case Term.HasClass(String name) -> line(depth, "it has the class " + safe(name));
            case Term.HasClassLike(Regex regex) ->
                    line(depth, "it has a class like " + safe(regex));
            case Term.Called(String name) -> line(depth, "it is called " + safe(name));
            case Term.CalledLike(Regex regex) ->
                    line(depth, "it is called something like " + safe(regex));
            case Term.CanDo(String name) -> line(depth, canDo(name));
            case Term.CanDoLike(Regex regex) ->
                    line(depth, "it can do something like " + safe(regex));
            case Term.Answer(Term.Call call, Comparison comparison) ->
                    line(depth, call(call) + compared(comparison));
        }
    }

    private void group(int depth, String heading, List<Term> terms) {
        line(depth, heading);
        terms.forEach(term -> term(depth + 1, term));
    }

    private static String canDo(String name) {
        return name.indexOf('.') < 0
                ? "it can do an action of the family " + safe(name)
                : "it can do " + safe(name);
    }

    /** The call of a data function as it is written, safe to show. */
    static String call(Term.Call call) {
        var field = call.field().isEmpty() ? "" : "." + call.field();
        return safe(call.function() + "('" + call.argument() + "')" + field);
    }

    private static String compared(Comparison comparison) {
        boolean negated = comparison.negated();
        return compared(comparison.check(), negated);
    }

    private static String compared(Check check, boolean negated) {
        return switch (check) {
            case Same(Operand operand) -> (negated ? " is not " : " is ") + operand(operand);
            case Like(Regex regex) -> (negated ? " is not like " : " is like ") + safe(regex);
            case Ordered(Order order, Operand operand) -> " is " + words(order) + operand(operand);
        };
    }

    private static String words(Order order) {
        return switch (order) {
            case LESS -> "less than ";
            case AT_MOST -> "at most ";
            case AT_LEAST -> "at least ";
            case GREATER -> "greater than ";
        };
    }

    private static String operand(Operand operand) {
        return switch (operand) {
            case Operand.Textual(String text) -> "the text '" + safe(text) + "'";
            case Operand.Numeric(String text, var _) -> safe(text);
        };
    }

    private static String safe(String text) {
        return Excerpt.safe(text);
    }

    private static String safe(Regex regex) {
        return "/" + Excerpt.safe(regex.toString()) + "/";
    }
}
