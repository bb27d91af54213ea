package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.action.InvalidInputException;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.Value.Fields;
import io.muster.node.time.Challenge.Quote;
import io.muster.policy.Application;
import io.muster.policy.Endorsement;
import io.muster.policy.Policy;
import io.muster.policy.Policy.Decision;
import io.muster.policy.Rule;
import io.muster.policy.Situation;
import io.muster.security.Certificates;
import io.muster.security.Envelope;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Whether this node lets a caller do what it asks for: holds the request against the policy in
 * force, and counts what it lets in. Thread-safe.
 */
final class Permits {
    private final Authorizer authorizer;
    private final Approvals approvals;
    private final Usage usage;
    private final TokenBuckets destructive;
    private final int destructivePerMinute;
    private final Optional<InstantSource> time;

    /**
     * @param time what times in rules are held against; none if the clock is not trusted
     */
    Permits(
            Authorizer authorizer,
            Approvals approvals,
            NodeLimits limits,
            Usage usage,
            InstantSource clock,
            Optional<InstantSource> time) {
        this.authorizer = authorizer;
        this.approvals = approvals;
        this.usage = usage;
        this.destructivePerMinute = limits.destructivePerMinute();
        this.destructive = new TokenBuckets(destructivePerMinute, clock);
        this.time = time;
    }

    /**
     * Decides, and counts the request if it is let in.
     *
     * @param quote what it quotes of this node's nonces
     */
    Decision decide(Question question, ActionSpec spec, Quote quote) {
        var decision = judged(question, spec, quote, usage);
        return decision instanceof Decision.Allowed allowed ? counted(allowed, question) : decision;
    }

    /** What would be decided, without counting anything. */
    Decision foresee(Question question, ActionSpec spec, Quote quote) {
        var decision = judged(question, spec, quote, usage);
        if (!(decision instanceof Decision.Allowed allowed)) {
            return decision;
        }
        var request = question.request();
        var caller = request.sender().brief();
        if (limited(request) && !destructive.has(caller)) {
            return tooOften();
        }
        return Optional.of(allowed.rule())
                .filter(rule -> rule.limits().perHour().isPresent())
                .flatMap(rule -> usage.problem(rule, caller))
                .<Decision>map(Permits::uncounted)
                .orElse(allowed);
    }

    /** Why what was let in, and counted, would not be now. */
    Optional<Outcome> since(Question question, ActionSpec spec, Quote quote) {
        return judged(question, spec, quote, Rule.Usage.NONE)
                        instanceof Decision.Denied(Reason reason, String why)
                ? Optional.of(new Outcome.Refused(reason, why))
                : Optional.empty();
    }

    /**
     * What is lacking of the approvals that a request wants itself, whatever else speaks against it
     * now: by nobody's count are there as many, or it is not allowed and some rule that might allow
     * it counts fewer. Which of them it waits for nobody knows.
     *
     * @param spec of its action, if there is one here
     */
    Optional<String> unapproved(Question question, Optional<ActionSpec> spec, Quote quote) {
        var request = question.request();
        var wanted = request.bounds().approvals();
        var given = approvals.of(question, quote);
        var key = Signatory.of(question).key();
        var count = Endorsement.counted(given.endorsements(), request.sender(), key).size();
        if (count >= wanted && spec.isPresent()) {
            var policy = authorizer.policy();
            var application = application(policy, question, spec.get(), given);
            if (policy.decide(application, usage) instanceof Decision.Allowed) {
                return Optional.empty();
            }
            count =
                    policy.near(application, usage).stream()
                            .mapToInt(rule -> counted(rule, application))
                            .min()
                            .orElse(count);
        }
        return count >= wanted
                ? Optional.empty()
                : Optional.of(
                        "the request itself wants "
                                + wanted
                                + " approvals, and "
                                + count
                                + " count here"
                                + given.remark());
    }

    /** How many approvals count by that rule; none if it wants more. */
    private static int counted(Rule rule, Application application) {
        var all = application.endorsements();
        var sender = application.caller();
        var key = application.callerKey();
        var approvers = rule.limits().approvers();
        if (approvers.isEmpty()) {
            return Endorsement.counted(all, sender, key).size();
        }
        var counted = approvers.get().counted(all, sender, key);
        return counted < approvers.get().count() ? 0 : counted;
    }

    private Decision judged(Question question, ActionSpec spec, Quote quote, Rule.Usage counted) {
        var policy = authorizer.policy();
        var given = approvals.of(question, quote);
        var decision = policy.decide(application(policy, question, spec, given), counted);
        return switch (decision) {
            case Decision.Allowed allowed ->
                    unapproved(allowed, question, given)
                            .or(() -> closed(policy, question, spec))
                            .orElse(allowed);
            case Decision.Own own -> own;
            case Decision.Denied(Reason reason, String why) ->
                    new Decision.Denied(reason, why + given.remark());
        };
    }

    /** What only says what it would do may do so at any time. */
    private Optional<Decision> closed(Policy policy, Question question, ActionSpec spec) {
        var request = question.request();
        return request.dryRun()
                ? Optional.empty()
                : policy.calendar()
                        .objection(request.sender(), spec, time.map(InstantSource::instant));
    }

    /** Whether whoever asks to cancel may do so with what others have asked for. */
    boolean mayStopOthers(Question question) {
        var policy = authorizer.policy();
        var given = approvals.of(question, Quote.NONE);
        var application = application(policy, question, BuiltIn.NODE_CANCEL, given);
        return policy.decide(application, usage) instanceof Decision.Allowed;
    }

    /** Whether whoever signed that lock or release may lock here. */
    boolean mayLock(Identity who, Envelope lock) {
        var policy = authorizer.policy();
        var signer = Signatory.of(lock);
        var application =
                new Application(
                        who,
                        signer.key(),
                        signer.attributes(),
                        BuiltIn.TRUST_LOCK,
                        Fields.EMPTY,
                        Set.of(),
                        Collective.MAIN,
                        OptionalInt.of(1),
                        time.map(InstantSource::instant),
                        policy.looksAtNode() ? authorizer.situation() : Situation.UNKNOWN,
                        List.of());
        return policy.decide(application, usage) instanceof Decision.Allowed;
    }

    private Application application(
            Policy policy, Question question, ActionSpec spec, Approvals.Given given) {
        var request = question.request();
        var signed = policy.looksAtCaller() || !given.endorsements().isEmpty();
        var signer = signed ? Signatory.of(question) : Signatory.NOBODY;
        return new Application(
                request.sender(),
                signer.key(),
                signer.attributes(),
                spec,
                effective(spec, request),
                request.sealed().parts().keySet(),
                request.collective(),
                request.scale(),
                time.map(InstantSource::instant),
                policy.looksAtNode() ? authorizer.situation() : Situation.UNKNOWN,
                given.endorsements());
    }

    /** What the certificate of the caller says, looked into only when it matters. */
    private record Signatory(String key, Map<String, String> attributes) {
        private static final Signatory NOBODY = new Signatory("", Map.of());

        static Signatory of(Question question) {
            return of(question.envelope());
        }

        static Signatory of(Envelope envelope) {
            var certificate = Certificates.parse(envelope.certificates().getFirst());
            return new Signatory(
                    Certificates.keyFingerprint(certificate), Certificates.attributes(certificate));
        }
    }

    /** As the action would get them; as they came, if it would not take them. */
    private static Fields effective(ActionSpec spec, Request request) {
        try {
            return spec.check(request.arguments(), request.sealed().parts().keySet()).values();
        } catch (InvalidInputException _) {
            return request.arguments();
        }
    }

    /**
     * A sender may want more approvals than the rule, or some where the rule wants none: then those
     * of any other operators count. Because people need time, what is to be approved may be valid
     * for longer than its class, so it must be approved indeed.
     */
    private Optional<Decision> unapproved(
            Decision.Allowed allowed, Question question, Approvals.Given given) {
        var request = question.request();
        var wanted = request.bounds().approvals();
        if (wanted == 0) {
            return Optional.empty();
        }
        var all = given.endorsements();
        var key = Signatory.of(question).key();
        var approvers = allowed.rule().limits().approvers();
        var counted =
                approvers.isPresent()
                        ? approvers.get().counted(all, request.sender(), key)
                        : Endorsement.counted(all, request.sender(), key).size();
        return counted >= wanted
                ? Optional.empty()
                : Optional.of(
                        new Decision.Denied(
                                Reason.APPROVAL_MISSING,
                                "the request itself wants "
                                        + wanted
                                        + " approvals, and "
                                        + counted
                                        + " count here"
                                        + given.remark()));
    }

    private Decision counted(Decision.Allowed allowed, Question question) {
        var request = question.request();
        var caller = request.sender().brief();
        if (limited(request) && !destructive.take(caller)) {
            return tooOften();
        }
        if (allowed.rule().limits().perHour().isEmpty()) {
            return allowed;
        }
        try {
            usage.count(allowed.rule(), caller, request.actionClass() != ActionClass.READ);
            return allowed;
        } catch (IOException e) {
            return uncounted(String.valueOf(e.getMessage()));
        }
    }

    private static boolean limited(Request request) {
        return request.actionClass() == ActionClass.DESTRUCTIVE && !request.dryRun();
    }

    private Decision tooOften() {
        return new Decision.Denied(
                Reason.TOO_OFTEN,
                "more than " + destructivePerMinute + " destructive requests a minute");
    }

    private static Decision uncounted(String problem) {
        return new Decision.Denied(
                Reason.NOT_RECORDED, "what was let in cannot be counted: " + problem);
    }
}
