package io.muster.filter;

import io.muster.filter.Verdict.Match;
import io.muster.filter.Verdict.Mismatch;
import io.muster.filter.Verdict.Undecided;
import io.muster.message.ActionName;
import io.muster.message.Value;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides one filter for one node. For one thread. */
final class Evaluation {
    private final Subject subject;
    private final DataFunctions functions;
    private final Effort effort = new Effort(Effort.STEPS);
    private final Map<Term.Call, Value> answers = new HashMap<>();

    Evaluation(Subject subject, DataFunctions functions) {
        this.subject = subject;
        this.functions = functions;
    }

    /** All must hold; the first that does not decides. */
    Verdict verdict(List<Clause> clauses) {
        for (var clause : clauses) {
            for (var part : clause.parts()) {
                var unanswered = ask(part.calls());
                if (unanswered.isPresent()) {
                    return undecided(clause, unanswered.get() + " cannot be answered here");
                }
                boolean holds = holds(part.term());
                if (effort.exhausted()) {
                    return undecided(
                            clause, "its regular expressions take too long on these facts");
                }
                if (!holds) {
                    return new Mismatch(clause.option(), clause.text());
                }
            }
        }
        return new Match();
    }

    private static Undecided undecided(Clause clause, String why) {
        return new Undecided(clause.option(), clause.text(), why);
    }

    /** Asks what was not asked before; says which has no answer. */
    private Optional<String> ask(List<Term.Call> calls) {
        for (var call : calls) {
            if (!answers.containsKey(call)) {
                var answer = functions.call(call.function(), call.argument(), call.field());
                if (answer.isEmpty()) {
                    return Optional.of(FilterWords.call(call));
                }
                answers.put(call, answer.get());
            }
        }
        return Optional.empty();
    }

    private boolean holds(Term term) {
        return switch (term) {
            case Term.And(List<Term> terms) -> all(terms);
            case Term.Or(List<Term> terms) -> any(terms);
            case Term.Not(Term inner) -> !holds(inner);
            case Term.Fact(FactPath path, Comparison comparison) ->
                    compares(path.in(subject.facts()), comparison);
            case Term.HasClass(String name) -> subject.classes().contains(name);
            case Term.HasClassLike(Regex regex) -> anyFound(regex, subject.classes());
            case Term.Called(String name) -> subject.isCalled(name);
            case Term.CalledLike(Regex regex) -> anyFound(regex, subject.names());
            case Term.CanDo(String name) -> canDo(name);
            case Term.CanDoLike(Regex regex) -> canDoLike(regex);
            case Term.Answer(Term.Call call, Comparison comparison) ->
                    compares(Optional.ofNullable(answers.get(call)), comparison);
        };
    }

    private boolean all(List<Term> terms) {
        for (var term : terms) {
            if (!holds(term)) {
                return false;
            }
        }
        return true;
    }

    private boolean any(List<Term> terms) {
        for (var term : terms) {
            if (holds(term)) {
                return true;
            }
        }
        return false;
    }

    private boolean compares(Optional<Value> value, Comparison comparison) {
        return value.isPresent() && comparison.matches(value.get(), effort);
    }

    private boolean anyFound(Regex regex, Iterable<String> texts) {
        for (var text : texts) {
            if (effort.find(regex, text)) {
                return true;
            }
        }
        return false;
    }

    private boolean canDo(String name) {
        for (ActionName action : subject.actions()) {
            var value = action.value();
            if (value.startsWith(name)
                    && (value.length() == name.length() || value.charAt(name.length()) == '.')) {
                return true;
            }
        }
        return false;
    }

    private boolean canDoLike(Regex regex) {
        for (var action : subject.actions()) {
            if (effort.find(regex, action.value())) {
                return true;
            }
        }
        return false;
    }
}
