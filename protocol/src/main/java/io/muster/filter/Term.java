package io.muster.filter;

import java.util.List;

/** A filter as a tree: what it asks of a node. */
sealed interface Term {

    /** All of these hold. */
    record And(List<Term> terms) implements Term {
        public And {
            terms = List.copyOf(terms);
        }
    }

    /** One of these holds. */
    record Or(List<Term> terms) implements Term {
        public Or {
            terms = List.copyOf(terms);
        }
    }

    /** This does not hold. */
    record Not(Term term) implements Term {}

    /** The node has that fact, and its value compares so. */
    record Fact(FactPath path, Comparison comparison) implements Term {}

    /** The node has exactly that class. */
    record HasClass(String name) implements Term {}

    /** The node has such a class. */
    record HasClassLike(Regex regex) implements Term {}

    /** The node's id, full host name or short host name is exactly that. */
    record Called(String name) implements Term {}

    /** The node's id, full host name or short host name is such. */
    record CalledLike(Regex regex) implements Term {}

    /** The node can do that action, or an action of that family. */
    record CanDo(String name) implements Term {}

    /** The node can do such an action. */
    record CanDoLike(Regex regex) implements Term {}

    /** What a data function answers compares so. */
    record Answer(Call call, Comparison comparison) implements Term {}

    /** A data function being asked. */
    record Call(String function, String argument, String field) {}
}
