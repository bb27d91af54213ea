package io.muster.policy;

import io.muster.action.ActionSpec;
import io.muster.message.Escape;
import io.muster.message.Nearest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What is good, and yet hardly meant so: actions and inputs that nobody knows. */
public final class Lint {
    /** Whoever freezes for longer has forgotten to end it. */
    private static final Duration LONG = Duration.ofDays(90);

    private Lint() {}

    /**
     * Warnings, a line each.
     *
     * @param known the actions that there are
     * @param now what time it is
     */
    public static List<String> of(Policy policy, List<ActionSpec> known, Instant now) {
        var warnings = new ArrayList<String>();
        calendar(policy, known, now, warnings);
        for (int i = 0; i < policy.rules().size(); i++) {
            var where = "rule " + (i + 1) + ": ";
            for (var pattern : policy.rules().get(i).actions()) {
                check(policy.rules().get(i), pattern, known)
                        .forEach(warning -> warnings.add(where + warning));
            }
        }
        return List.copyOf(warnings);
    }

    /**
     * The whole names of actions in rules of that effect that nobody knows: a line each.
     *
     * @param known the names of the actions that there are
     */
    public static List<String> unknown(Policy policy, boolean allow, Collection<String> known) {
        var unknown = new ArrayList<String>();
        for (int i = 0; i < policy.rules().size(); i++) {
            var rule = policy.rules().get(i);
            for (var name : rule.actions()) {
                if (rule.allow() == allow && !name.endsWith("*") && !known.contains(name)) {
                    unknown.add(
                            "rule "
                                    + (i + 1)
                                    + ": no action "
                                    + Escape.quoted(name)
                                    + " here"
                                    + Nearest.hint(name, List.copyOf(known)));
                }
            }
        }
        return List.copyOf(unknown);
    }

    private static void calendar(
            Policy policy, List<ActionSpec> known, Instant now, List<String> warnings) {
        var freezes = policy.calendar().freezes();
        for (int i = 0; i < freezes.size(); i++) {
            var freeze = freezes.get(i);
            var where = "freezes: " + (i + 1) + ": ";
            if (!now.isBefore(freeze.to())) {
                warnings.add(where + "was over at " + freeze.to());
            }
            if (Duration.between(freeze.from(), freeze.to()).compareTo(LONG) > 0) {
                warnings.add(where + "goes on for more than " + LONG.toDays() + " days");
            }
            unknown(freeze.scope(), known).forEach(problem -> warnings.add(where + problem));
        }
        var maintenance = policy.calendar().maintenance();
        for (int i = 0; i < maintenance.size(); i++) {
            var where = "maintenance: " + (i + 1) + ": ";
            unknown(maintenance.get(i).scope(), known)
                    .forEach(problem -> warnings.add(where + problem));
        }
        var whole = new Calendar(List.of(), maintenance);
        if (maintenance.size() > 1 && whole.opens(now).isEmpty()) {
            warnings.add("maintenance: the windows never open all at once");
        }
    }

    private static List<String> unknown(Scope scope, List<ActionSpec> known) {
        var names = known.stream().map(spec -> spec.name().value()).toList();
        return scope.actions().stream()
                .filter(action -> !action.endsWith("*") && !names.contains(action))
                .map(
                        action ->
                                "no action "
                                        + Escape.quoted(action)
                                        + " here"
                                        + Nearest.hint(action, names))
                .toList();
    }

    private static List<String> check(Rule rule, String pattern, List<ActionSpec> known) {
        var names = known.stream().map(spec -> spec.name().value()).toList();
        if (pattern.endsWith("*")) {
            var prefix = pattern.substring(0, pattern.length() - 1);
            return names.stream().anyMatch(name -> name.startsWith(prefix))
                    ? List.of()
                    : List.of("no action here begins with " + Escape.quoted(prefix));
        }
        var spec = known.stream().filter(s -> s.name().value().equals(pattern)).findFirst();
        if (spec.isEmpty()) {
            return List.of(
                    "no action " + Escape.quoted(pattern) + " here" + Nearest.hint(pattern, names));
        }
        var inputs = new ArrayList<String>();
        for (var input : rule.conditions().arguments().keySet()) {
            if (spec.get().input(input).isEmpty()) {
                inputs.add(
                        pattern
                                + " has no input "
                                + Escape.quoted(input)
                                + (rule.allow()
                                        ? ": this allows nothing of it"
                                        : ": this denies all of it"));
            }
        }
        if (!rule.classes().contains(spec.get().actionClass())) {
            inputs.add(
                    pattern + " is of class " + spec.get().actionClass() + ", which is left out");
        }
        return inputs;
    }
}
