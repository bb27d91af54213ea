package io.muster.policy;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.InputSpec;
import io.muster.filter.FactPath;
import io.muster.message.Collective;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.Value;
import io.muster.policy.Check.Condition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One rule: it applies if all its conditions hold.
 *
 * @param id tells it from rules that are written differently, also after a restart
 * @param name for people; may be empty
 * @param allow whether it allows or denies
 * @param callers who asks
 * @param actions names, {@code family.*} or {@code *}
 * @param classes of which classes
 * @param conditions the other conditions
 * @param limits what it may not exceed; none in a rule that denies
 */
public record Rule(
        String id,
        String name,
        boolean allow,
        Names callers,
        List<String> actions,
        Set<ActionClass> classes,
        Conditions conditions,
        Limits limits) {

    private static final Pattern ACTIONS =
            Pattern.compile("\\*|[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)*(\\.\\*)?");

    /**
     * What must be so; empty parts demand nothing.
     *
     * @param arguments of each input
     * @param callerAttributes attested of the caller: one of these values each
     * @param nodeAttributes attested of this node
     * @param facts of this node, written down by its administrator
     * @param collectives the request was sent to one of these
     * @param times it is one of these times
     */
    public record Conditions(
            Map<String, Constraint> arguments,
            Map<String, List<String>> callerAttributes,
            Map<String, List<String>> nodeAttributes,
            Map<FactPath, List<String>> facts,
            List<Collective> collectives,
            List<Window> times) {
        /** Demands nothing. */
        public static final Conditions NONE =
                new Conditions(Map.of(), Map.of(), Map.of(), Map.of(), List.of(), List.of());

        public Conditions {
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
            callerAttributes = Collections.unmodifiableMap(new LinkedHashMap<>(callerAttributes));
            nodeAttributes = Collections.unmodifiableMap(new LinkedHashMap<>(nodeAttributes));
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
            collectives = List.copyOf(collectives);
            times = List.copyOf(times);
        }
    }

    /**
     * What a permission is limited to.
     *
     * @param maxTargets for how many nodes one request may be
     * @param perHour how many requests of one caller the node takes in an hour
     * @param approvers who else must have said yes
     */
    public record Limits(
            OptionalInt maxTargets, OptionalInt perHour, Optional<Approvers> approvers) {
        /** No limits. */
        public static final Limits NONE =
                new Limits(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

        public Limits {
            positive("maxTargets", maxTargets);
            positive("perHour", perHour);
        }

        private static void positive(String what, OptionalInt number) {
            if (number.isPresent() && number.getAsInt() < 1) {
                throw new IllegalArgumentException(
                        what + " is at least 1, not " + number.getAsInt());
            }
        }
    }

    /** How often that rule has let a caller in within the last hour. */
    @FunctionalInterface
    public interface Usage {
        /** Nobody was let in yet. */
        Usage NONE = (rule, caller) -> 0;

        /** How often, on this node. */
        int lastHour(Rule rule, String caller);
    }

    public Rule {
        actions = List.copyOf(actions);
        classes = Set.copyOf(classes);
        if (actions.isEmpty()) {
            throw new IllegalArgumentException("a rule for no action");
        }
        if (classes.isEmpty()) {
            throw new IllegalArgumentException("a rule for no class");
        }
        for (var action : actions) {
            if (!ACTIONS.matcher(action).matches()) {
                throw new IllegalArgumentException(
                        "action " + Escape.quoted(action) + " is not NAME, family.* or *");
            }
        }
        if (!allow && !limits.equals(Limits.NONE)) {
            throw new IllegalArgumentException(
                    "maxTargets, perHour and approvals limit what is allowed:"
                            + " a rule that denies has none");
        }
    }

    /** Whether it is about that caller and that action at all. */
    boolean concerns(Identity caller, ActionSpec spec) {
        return callers.include(caller) && classes.contains(spec.actionClass()) && covers(spec);
    }

    /** A wildcard that allows never reaches what cannot be undone: that must be named. */
    private boolean covers(ActionSpec spec) {
        return actions.stream().anyMatch(pattern -> covers(pattern, spec));
    }

    private boolean covers(String pattern, ActionSpec spec) {
        var action = spec.name().value();
        if (!pattern.endsWith("*")) {
            return pattern.equals(action);
        }
        var prefix = pattern.substring(0, pattern.length() - 1);
        return action.startsWith(prefix)
                && !(allow && spec.actionClass() == ActionClass.DESTRUCTIVE);
    }

    /** Every condition it has, held against the application. */
    List<Check> checks(Application application, Usage usage) {
        var checks = new ArrayList<Check>();
        var spec = application.spec();
        checks.add(
                new Check(
                        Condition.CALLER,
                        Holds.of(callers.include(application.caller())),
                        application.caller().brief() + " of " + callers));
        checks.add(
                new Check(
                        Condition.ACTION,
                        Holds.of(covers(spec)),
                        spec.name()
                                + " of "
                                + String.join(", ", actions)
                                + (allow && spec.actionClass() == ActionClass.DESTRUCTIVE
                                        ? ", destructive only if named"
                                        : "")));
        checks.add(
                new Check(
                        Condition.CLASS,
                        Holds.of(classes.contains(spec.actionClass())),
                        spec.actionClass()
                                + " of "
                                + String.join(
                                        ", ",
                                        classes.stream()
                                                .sorted()
                                                .map(ActionClass::word)
                                                .toList())));
        addConditions(application, checks);
        addLimits(application, usage, checks);
        return List.copyOf(checks);
    }

    private void addConditions(Application application, List<Check> checks) {
        if (!conditions.collectives().isEmpty()) {
            checks.add(
                    new Check(
                            Condition.COLLECTIVE,
                            Holds.of(conditions.collectives().contains(application.collective())),
                            application.collective()
                                    + " of "
                                    + String.join(
                                            ", ",
                                            conditions.collectives().stream()
                                                    .map(Collective::value)
                                                    .toList())));
        }
        conditions
                .arguments()
                .forEach((input, wanted) -> checks.add(argument(application, input, wanted)));
        attributes(
                Condition.CALLER_ATTRIBUTE,
                conditions.callerAttributes(),
                application.callerAttributes(),
                checks);
        attributes(
                Condition.NODE_ATTRIBUTE,
                conditions.nodeAttributes(),
                application.node().attributes(),
                checks);
        conditions.facts().forEach((fact, wanted) -> checks.add(fact(application, fact, wanted)));
        if (!conditions.times().isEmpty()) {
            checks.add(
                    new Check(
                            Condition.TIME,
                            application.at().map(this::inTime).orElse(Holds.UNKNOWN),
                            application.at().map(Instant::toString).orElse("an unknown time")
                                    + " in "
                                    + String.join(
                                            "; ",
                                            conditions.times().stream()
                                                    .map(Window::toString)
                                                    .toList())));
        }
    }

    private Holds inTime(Instant at) {
        return Holds.of(conditions.times().stream().anyMatch(window -> window.holds(at)));
    }

    private Check argument(Application application, String name, Constraint wanted) {
        Optional<InputSpec> input = application.spec().input(name);
        Optional<Value> value = application.arguments().member(name);
        var secret = input.map(InputSpec::secret).orElse(false);
        var sealed = application.sealed().contains(name);
        String is;
        if (input.isEmpty()) {
            is = "no such input";
        } else if (sealed) {
            is = "sealed, not looked at";
        } else if (value.isEmpty()) {
            is = "absent";
        } else {
            is = secret ? "secret, not looked at" : Constraint.shown(value.get());
        }
        return new Check(
                Condition.ARGUMENT,
                sealed ? wanted.holdsUnseen(input) : wanted.holds(input, value, allow),
                name + " must be " + wanted + "; it is " + is);
    }

    private static void attributes(
            Condition condition,
            Map<String, List<String>> wanted,
            Map<String, String> attested,
            List<Check> checks) {
        wanted.forEach(
                (name, values) -> {
                    var value = Optional.ofNullable(attested.get(name));
                    checks.add(
                            new Check(
                                    condition,
                                    Holds.of(value.filter(values::contains).isPresent()),
                                    wish(name, values)
                                            + value.map(Escape::quoted).orElse("not attested")));
                });
    }

    private static Check fact(Application application, FactPath fact, List<String> wanted) {
        var local = application.node();
        var value = fact.in(local.facts());
        Holds holds;
        if (!local.complete()) {
            holds = Holds.UNKNOWN;
        } else {
            holds = Holds.of(value.map(Value::toString).filter(wanted::contains).isPresent());
        }
        return new Check(
                Condition.FACT,
                holds,
                wish(fact.toString(), wanted)
                        + value.map(Constraint::shown).orElse("absent")
                        + (local.complete() ? "" : ", and some files of facts cannot be read"));
    }

    private static String wish(String name, List<String> wanted) {
        return name
                + " must be "
                + String.join(" or ", wanted.stream().map(Escape::quoted).toList())
                + "; it is ";
    }

    private void addLimits(Application application, Usage usage, List<Check> checks) {
        limits.maxTargets()
                .ifPresent(
                        most -> {
                            var targets = application.targets();
                            checks.add(
                                    new Check(
                                            Condition.TARGETS,
                                            Holds.of(
                                                    targets.isPresent()
                                                            && targets.getAsInt() <= most),
                                            "at most "
                                                    + most
                                                    + " targets; it is for "
                                                    + (targets.isPresent()
                                                            ? targets.getAsInt()
                                                            : "whoever matches")));
                        });
        limits.approvers().ifPresent(approvers -> checks.add(approvers.check(application)));
        limits.perHour()
                .ifPresent(
                        most -> {
                            var used = usage.lastHour(this, application.caller().brief());
                            checks.add(
                                    new Check(
                                            Condition.RATE,
                                            Holds.of(used < most),
                                            "at most " + most + " an hour; there were " + used));
                        });
    }
}
