package io.muster.filter;

import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Which nodes should act. All texts must hold, but among identities any one is enough; without
 * texts every node matches. The language is described in docs/filters.md.
 *
 * <p>Immutable, always valid, thread-safe, and cheap to evaluate: everything is understood when it
 * is made. Two filters are equal if their texts are.
 */
public final class Filter {

    /** Matches every node. */
    public static final Filter EVERYTHING =
            new Filter(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    private final List<String> facts;
    private final List<String> classes;
    private final List<String> actions;
    private final List<String> identities;
    private final List<String> mixed;
    private final List<String> expressions;
    private final List<Clause> clauses;

    /**
     * Understands the texts.
     *
     * @param facts each {@code fact OP value}, all of which must hold
     * @param classes each a class or {@code /regex/}, all of which the node must have
     * @param actions each an action, a family of actions ({@code puppet} is {@code puppet.run} and
     *     all other actions whose names start with {@code puppet.}) or {@code /regex/}, all of
     *     which the node must be able to do
     * @param identities each an id, a full or short host name or {@code /regex/}, one of which the
     *     node must be called
     * @param mixed each a list of facts and classes, all of which must hold
     * @param expressions each an expression, all of which must hold
     * @throws FilterException if a text is not in the language, or all are too much together
     */
    public Filter(
            List<String> facts,
            List<String> classes,
            List<String> actions,
            List<String> identities,
            List<String> mixed,
            List<String> expressions) {
        this.facts = List.copyOf(facts);
        this.classes = List.copyOf(classes);
        this.actions = List.copyOf(actions);
        this.identities = List.copyOf(identities);
        this.mixed = List.copyOf(mixed);
        this.expressions = List.copyOf(expressions);
        this.clauses = FilterParser.clauses(this);
    }

    /** The texts of {@code -F}. */
    public List<String> facts() {
        return facts;
    }

    /** The texts of {@code -C}. */
    public List<String> classes() {
        return classes;
    }

    /** The texts of {@code -A}. */
    public List<String> actions() {
        return actions;
    }

    /** The texts of {@code -I}. */
    public List<String> identities() {
        return identities;
    }

    /** The texts of {@code -W}. */
    public List<String> mixed() {
        return mixed;
    }

    /** The texts of {@code -S}. */
    public List<String> expressions() {
        return expressions;
    }

    List<String> texts(Kind kind) {
        return switch (kind) {
            case FACT -> facts;
            case CLASS -> classes;
            case ACTION -> actions;
            case IDENTITY -> identities;
            case MIXED -> mixed;
            case EXPRESSION -> expressions;
        };
    }

    /** Whether it matches every node. */
    public boolean everything() {
        return clauses.isEmpty();
    }

    /**
     * Whether that node should act, from its own properties alone; in bounded time. A filter with
     * data functions does not match.
     */
    public boolean matches(Subject subject) {
        return matches(subject, DataFunctions.NONE);
    }

    /** Whether that node should act; in bounded time, not counting the data functions. */
    public boolean matches(Subject subject, DataFunctions functions) {
        return verdict(subject, functions) instanceof Verdict.Match;
    }

    /** Whether that node should act, and if not, why; otherwise as {@link #matches}. */
    public Verdict verdict(Subject subject, DataFunctions functions) {
        return new Evaluation(subject, functions).verdict(clauses);
    }

    /** Each of its texts by itself, held against that node; identities count as one. */
    public List<Finding> findings(Subject subject) {
        return clauses.stream().map(clause -> Finding.of(clause, subject)).toList();
    }

    /**
     * Says it in words over several lines, one term a line, what belongs together indented; safe to
     * show, and without a line feed at the end.
     */
    public String describe() {
        return FilterWords.describe(clauses);
    }

    /** The form that travels: an object with a list of texts for each kind that has some. */
    public Fields toValue() {
        var fields = new LinkedHashMap<String, Value>();
        for (var kind : Kind.values()) {
            if (!texts(kind).isEmpty()) {
                fields.put(kind.member(), Value.texts(texts(kind)));
            }
        }
        return new Fields(fields);
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one, or a text in it is not in the language
     */
    public static Filter of(Fields fields) {
        var reader = new FieldReader("filter", fields);
        var facts = texts(reader, Kind.FACT);
        var classes = texts(reader, Kind.CLASS);
        var actions = texts(reader, Kind.ACTION);
        var identities = texts(reader, Kind.IDENTITY);
        var mixed = texts(reader, Kind.MIXED);
        var expressions = texts(reader, Kind.EXPRESSION);
        reader.done();
        try {
            return new Filter(facts, classes, actions, identities, mixed, expressions);
        } catch (FilterException e) {
            throw new MalformedException("filter: " + e.getMessage(), e);
        }
    }

    private static List<String> texts(FieldReader reader, Kind kind) {
        return reader.optionalTexts(kind.member(), text -> text).orElse(List.of());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Filter filter && filter.toValue().equals(toValue());
    }

    @Override
    public int hashCode() {
        return toValue().hashCode();
    }

    /** As it would be typed, safe to show; {@code every node} if it is without texts. */
    @Override
    public String toString() {
        var typed = new ArrayList<String>();
        for (var kind : Kind.values()) {
            for (var text : texts(kind)) {
                typed.add(kind.option() + " '" + Excerpt.safe(text) + "'");
            }
        }
        return typed.isEmpty() ? "every node" : String.join(" ", typed);
    }
}
