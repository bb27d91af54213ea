package io.muster.filter;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * One text of a filter, understood. All clauses must hold.
 *
 * @param option the option it was given to
 * @param text as it was given
 * @param term what it asks
 * @param parts the same, taken apart where {@code and} joins it at the top
 */
record Clause(String option, String text, Term term, List<Part> parts) {

    /**
     * A term and the data functions it needs, all of which are asked before it is decided: a term
     * that cannot be answered in full is not answered at all.
     */
    record Part(Term term, List<Term.Call> calls) {}

    static Clause of(Kind kind, String text, Term term) {
        var terms = term instanceof Term.And(List<Term> all) ? all : List.of(term);
        var parts = new ArrayList<Part>();
        for (var part : terms) {
            var calls = new LinkedHashSet<Term.Call>();
            collect(part, calls);
            parts.add(new Part(part, List.copyOf(calls)));
        }
        return new Clause(kind.option(), text, term, List.copyOf(parts));
    }

    private static void collect(Term term, SequencedSet<Term.Call> calls) {
        switch (term) {
            case Term.And(List<Term> terms) -> terms.forEach(part -> collect(part, calls));
            case Term.Or(List<Term> terms) -> terms.forEach(part -> collect(part, calls));
            case Term.Not(Term inner) -> collect(inner, calls);
            case Term.Answer(Term.Call call, var _) -> calls.add(call);
            case Term.Fact(var _, var _),
                    Term.HasClass(var _),
                    Term.HasClassLike(var _),
                    Term.Called(var _),
                    Term.CalledLike(var _),
                    Term.CanDo(var _),
                    Term.CanDoLike(var _) -> {}
        }
    }
}
