package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.message.Value.Fields;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What this node lets whom do. Deny by default; a rule that denies wins over any that allows; the
 * order of rules does not matter.
 *
 * @param rules as the file lists them
 */
public record Policy(List<Rule> rules) {

    /** Lets nobody do anything. */
    public static final Policy CLOSED = new Policy(List.of());

    private static final Pattern CALLER = Pattern.compile("operator/([a-z0-9._-]{1,63}|\\*)");
    private static final Pattern ACTIONS =
            Pattern.compile("\\*|[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)*(\\.\\*)?");

    /**
     * One rule.
     *
     * @param allow whether it allows or denies
     * @param callers {@code operator/NAME}, or {@code operator/*} for all
     * @param actions names, {@code family.*} or {@code *}
     * @param classes of which classes; all three unless given
     */
    public record Rule(
            boolean allow, List<String> callers, List<String> actions, Set<ActionClass> classes) {
        public Rule {
            callers = List.copyOf(callers);
            actions = List.copyOf(actions);
            classes = Set.copyOf(classes);
            all(callers, CALLER, "caller", "operator/NAME or operator/*");
            all(actions, ACTIONS, "action", "NAME, family.* or *");
            if (classes.isEmpty()) {
                throw new IllegalArgumentException("a rule for no class");
            }
        }

        private static void all(List<String> texts, Pattern pattern, String what, String form) {
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("a rule for no " + what);
            }
            for (var text : texts) {
                if (!pattern.matcher(text).matches()) {
                    throw new IllegalArgumentException(
                            what + " '" + text + "' is not of the form " + form);
                }
            }
        }

        private boolean concerns(Identity caller, ActionSpec spec) {
            return classes.contains(spec.actionClass())
                    && callers.stream().anyMatch(c -> names(c, caller))
                    && actions.stream().anyMatch(a -> covers(a, spec));
        }

        private static boolean names(String pattern, Identity caller) {
            return pattern.equals(caller.brief())
                    || (pattern.endsWith("/*")
                            && caller.brief()
                                    .startsWith(pattern.substring(0, pattern.length() - 1)));
        }

        /** A wildcard that allows never reaches what cannot be undone: that must be named. */
        private boolean covers(String pattern, ActionSpec spec) {
            var name = spec.name().value();
            if (!pattern.endsWith("*")) {
                return pattern.equals(name);
            }
            var prefix = pattern.substring(0, pattern.length() - 1);
            return name.startsWith(prefix)
                    && !(allow && spec.actionClass() == ActionClass.DESTRUCTIVE);
        }
    }

    /** Whether a caller may, and why. */
    public sealed interface Decision {
        /** It may: the rule with this number, counted from 1, says so. */
        record Allowed(int rule) implements Decision {}

        /** It may not. */
        record Denied(String why) implements Decision {}

        /** What the decision rests on, for the record. */
        default String basis() {
            return switch (this) {
                case Allowed(int rule) -> "rule " + rule;
                case Denied(String why) -> why;
            };
        }
    }

    public Policy {
        rules = List.copyOf(rules);
    }

    /** Whether that caller may do that action here. */
    public Decision decide(Identity caller, ActionSpec spec) {
        var allowedBy = 0;
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            if (!rule.concerns(caller, spec)) {
                continue;
            }
            if (!rule.allow()) {
                return new Decision.Denied(
                        caller.brief() + " is denied " + spec.name() + " by rule " + (i + 1));
            }
            allowedBy = allowedBy == 0 ? i + 1 : allowedBy;
        }
        return allowedBy > 0
                ? new Decision.Allowed(allowedBy)
                : new Decision.Denied("no rule allows " + caller.brief() + " to do " + spec.name());
    }

    /**
     * Reads the policy file's JSON; anything unknown makes the whole of it unreadable.
     *
     * @throws MalformedException naming the rule and what is wrong with it
     */
    public static Policy parse(String text) {
        var reader = new FieldReader("policy", Json.read(Bytes.utf8(text)));
        var rules = new ArrayList<Rule>();
        for (var item : reader.optionalItems("rules").orElse(List.of())) {
            rules.add(rule(item, "policy: rule " + (rules.size() + 1)));
        }
        reader.done();
        return new Policy(rules);
    }

    private static Rule rule(Value item, String what) {
        if (!(item instanceof Fields fields)) {
            throw new MalformedException(what + ": not an object");
        }
        var reader = new FieldReader(what, fields);
        try {
            var allow = reader.text("effect", Policy::allows);
            var callers = reader.texts("callers", text -> text);
            var actions = reader.texts("actions", text -> text);
            var classes = reader.optionalTexts("classes", ActionClass::parse);
            reader.done();
            return new Rule(
                    allow,
                    callers,
                    actions,
                    classes.<Set<ActionClass>>map(Set::copyOf)
                            .orElse(EnumSet.allOf(ActionClass.class)));
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(what + ": " + e.getMessage(), e);
        }
    }

    private static boolean allows(String effect) {
        return switch (effect) {
            case "allow" -> true;
            case "deny" -> false;
            default -> throw new IllegalArgumentException("'" + effect + "' is not allow or deny");
        };
    }
}
