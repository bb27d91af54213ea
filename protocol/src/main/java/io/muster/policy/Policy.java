package io.muster.policy;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Reason;
import io.muster.policy.Check.Condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a node lets whom do. Deny by default; a rule that denies wins over any that allows; the
 * order of rules does not matter.
 *
 * @param rules as the file lists them
 * @param calendar when nothing may be changed, whoever may
 */
public record Policy(List<Rule> rules, Calendar calendar) {

    /** Lets nobody do anything. */
    public static final Policy CLOSED = new Policy(List.of(), Calendar.OPEN);

    /** What is told if a rule fails by that alone. */
    private static final Map<Condition, Reason> ALMOST =
            Map.of(
                    Condition.APPROVALS, Reason.APPROVAL_MISSING,
                    Condition.TIME, Reason.WINDOW,
                    Condition.TARGETS, Reason.TOO_MANY_TARGETS,
                    Condition.RATE, Reason.TOO_OFTEN);

    /** Whether a caller may, and why. */
    public sealed interface Decision {
        /**
         * It may.
         *
         * @param number of the rule that says so, counted from 1
         */
        record Allowed(int number, Rule rule) implements Decision {}

        /** No rule says anything: it may with what is its own, and with nothing else. */
        record Own() implements Decision {}

        /** It may not. */
        record Denied(Reason reason, String why) implements Decision {}

        /** What the decision rests on, for the record. */
        default String basis() {
            return switch (this) {
                case Allowed(int number, Rule rule) -> called(number, rule);
                case Own() -> "the caller's own";
                case Denied(Reason _, String why) -> why;
            };
        }

        private static String called(int number, Rule rule) {
            return "rule " + number + (rule.name().isEmpty() ? "" : " (" + rule.name() + ")");
        }
    }

    /**
     * One rule, held against an application.
     *
     * @param number of the rule, counted from 1
     * @param applies whether all its conditions hold
     * @param checks each of them
     */
    public record Finding(int number, Rule rule, boolean applies, List<Check> checks) {
        public Finding {
            checks = List.copyOf(checks);
        }

        /** Those that kept it from applying. */
        public List<Check> missing() {
            return checks.stream().filter(c -> !holds(rule, c)).toList();
        }

        private String called() {
            return Decision.called(number, rule);
        }
    }

    /** A decision and what led to it. */
    public record Explanation(Decision decision, List<Finding> findings) {
        public Explanation {
            findings = List.copyOf(findings);
        }
    }

    public Policy {
        rules = List.copyOf(rules);
    }

    /**
     * Reads the policy file's JSON; anything unknown makes the whole of it unreadable.
     *
     * @throws MalformedException naming the rule and what is wrong with it
     */
    public static Policy parse(String text) {
        return PolicyReader.read(text);
    }

    /** Who could approve, of those whom rules for that caller and action name; sorted. */
    public List<Identity> approvers(Identity caller, ActionSpec spec) {
        return rules.stream()
                .filter(rule -> rule.allow() && rule.concerns(caller, spec))
                .flatMap(rule -> rule.limits().approvers().stream())
                .flatMap(approvers -> approvers.examples(caller.fleet()).stream())
                .filter(one -> !one.equals(caller))
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether any rule looks at the node itself, which costs something. */
    public boolean looksAtNode() {
        return rules.stream()
                .map(Rule::conditions)
                .anyMatch(c -> !c.facts().isEmpty() || !c.nodeAttributes().isEmpty());
    }

    /** Whether any rule looks at what is attested of the caller. */
    public boolean looksAtCaller() {
        return rules.stream().anyMatch(rule -> !rule.conditions().callerAttributes().isEmpty());
    }

    /** Whether that is allowed here. */
    public Decision decide(Application application, Rule.Usage usage) {
        return decide(
                application,
                findings(
                        application,
                        usage,
                        rule -> rule.concerns(application.caller(), application.spec())));
    }

    /** The same, with every rule's part in it. */
    public Explanation explain(Application application, Rule.Usage usage) {
        var findings = findings(application, usage, _ -> true);
        var decision = decide(application, findings);
        var closed = calendar.objection(application.caller(), application.spec(), application.at());
        return new Explanation(
                decision instanceof Decision.Allowed ? closed.orElse(decision) : decision,
                findings);
    }

    /** The rules that might allow it, if not now: they are for this caller and this action. */
    public List<Rule> near(Application application, Rule.Usage usage) {
        return findings(
                        application,
                        usage,
                        rule -> rule.concerns(application.caller(), application.spec()))
                .stream()
                .filter(f -> f.rule().allow() && f.missing().stream().noneMatch(Policy::stranger))
                .map(Finding::rule)
                .toList();
    }

    private List<Finding> findings(
            Application application, Rule.Usage usage, java.util.function.Predicate<Rule> worth) {
        var findings = new ArrayList<Finding>();
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            if (worth.test(rule)) {
                var checks = rule.checks(application, usage);
                var applies = checks.stream().allMatch(check -> holds(rule, check));
                findings.add(new Finding(i + 1, rule, applies, checks));
            }
        }
        return findings;
    }

    /** What cannot be judged never allows and always denies. */
    private static boolean holds(Rule rule, Check check) {
        return switch (check.holds()) {
            case YES -> true;
            case NO -> false;
            case UNKNOWN -> !rule.allow();
        };
    }

    /** Who may ask for something may stop it, unless a rule says no. */
    private static Decision decide(Application application, List<Finding> findings) {
        var decision = byRules(application, findings);
        return decision instanceof Decision.Denied
                        && application.spec().equals(BuiltIn.NODE_CANCEL)
                        && findings.stream().noneMatch(f -> !f.rule().allow() && f.applies())
                ? new Decision.Own()
                : decision;
    }

    private static Decision byRules(Application application, List<Finding> findings) {
        var what = application.caller().brief() + " to do " + application.spec().name();
        var denying = findings.stream().filter(f -> !f.rule().allow() && f.applies()).findFirst();
        if (denying.isPresent()) {
            return new Decision.Denied(Reason.POLICY, denying.get().called() + " forbids " + what);
        }
        return findings.stream()
                .filter(f -> f.rule().allow() && f.applies())
                .min(Policy::freerFirst)
                .<Decision>map(f -> new Decision.Allowed(f.number(), f.rule()))
                .or(() -> almost(findings))
                .orElseGet(() -> new Decision.Denied(Reason.POLICY, "no rule allows " + what));
    }

    /** Of several that allow, one that counts nothing, so that nothing is used up in vain. */
    private static int freerFirst(Finding one, Finding other) {
        return Integer.compare(weight(one.rule()), weight(other.rule()));
    }

    private static int weight(Rule rule) {
        return (rule.limits().perHour().isPresent() ? 2 : 0)
                + (rule.limits().approvers().isPresent() ? 1 : 0);
    }

    /** A rule for this caller and action that would allow it but for one or a few things. */
    private static Optional<Decision> almost(List<Finding> findings) {
        return findings.stream()
                .filter(f -> f.rule().allow() && f.missing().stream().noneMatch(Policy::stranger))
                .min((one, other) -> one.missing().size() - other.missing().size())
                .map(
                        f ->
                                new Decision.Denied(
                                        reason(f.missing()),
                                        f.called()
                                                + " would allow it, but: "
                                                + f.missing().stream()
                                                        .map(Check::why)
                                                        .collect(Collectors.joining("; "))));
    }

    private static boolean stranger(Check check) {
        return Set.of(Condition.CALLER, Condition.ACTION, Condition.CLASS)
                .contains(check.condition());
    }

    private static Reason reason(List<Check> missing) {
        return missing.size() == 1
                ? ALMOST.getOrDefault(missing.getFirst().condition(), Reason.POLICY)
                : Reason.POLICY;
    }
}
