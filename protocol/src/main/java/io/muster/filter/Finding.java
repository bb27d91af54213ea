package io.muster.filter;

import io.muster.message.Value;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One text of a filter, held against a node.
 *
 * @param option its kind, such as {@code -F}
 * @param text as it was given, not escaped
 * @param holds whether the node meets it
 * @param actual what the node has of what it asks for, not escaped
 */
public record Finding(String option, String text, boolean holds, String actual) {
    /** As much of a value as explains anything. */
    private static final int LONGEST = 200;

    static Finding of(Clause clause, Subject subject) {
        var verdict = new Evaluation(subject, DataFunctions.NONE).verdict(List.of(clause));
        var words = new LinkedHashSet<String>();
        collect(clause.term(), subject, words);
        return new Finding(
                clause.option(),
                clause.text(),
                verdict instanceof Verdict.Match,
                String.join("; ", words));
    }

    private static void collect(Term term, Subject subject, Set<String> words) {
        switch (term) {
            case Term.And(List<Term> terms) -> terms.forEach(t -> collect(t, subject, words));
            case Term.Or(List<Term> terms) -> terms.forEach(t -> collect(t, subject, words));
            case Term.Not(Term inner) -> collect(inner, subject, words);
            case Term.Fact(FactPath path, Comparison _) ->
                    words.add(
                            path.in(subject.facts())
                                    .map(value -> path + " is " + cut(value))
                                    .orElse("there is no fact " + path));
            case Term.HasClass _, Term.HasClassLike _ ->
                    words.add("its classes are " + cut(String.join(", ", subject.classes())));
            case Term.Called _, Term.CalledLike _ ->
                    words.add("it is called " + String.join(", ", subject.names()));
            case Term.CanDo _, Term.CanDoLike _ ->
                    words.add(
                            "its actions are "
                                    + cut(
                                            String.join(
                                                    ", ",
                                                    subject.actions().stream()
                                                            .map(Object::toString)
                                                            .toList())));
            case Term.Answer(Term.Call call, Comparison _) ->
                    words.add(call.function() + " cannot be answered here");
        }
    }

    private static String cut(Value value) {
        return cut(value.toString());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
