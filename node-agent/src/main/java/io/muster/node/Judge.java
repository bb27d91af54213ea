package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.action.InputSpec;
import io.muster.action.InvalidInputException;
import io.muster.filter.Subject;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.node.Secrecy.Opened;
import io.muster.node.Withdrawals.Withdrawn;
import io.muster.node.action.Action;
import io.muster.node.action.Actions;
import io.muster.node.time.Challenge.Quote;
import io.muster.node.trust.TrustDesk;
import io.muster.policy.Policy.Decision;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a new, genuine request is carried out, reason by reason in one order. {@link #judge}
 * stops at the first that speaks against it; {@link #reasons} looks at all, and counts nothing.
 *
 * @param subject this node as filters see it; asked for only if one looks at it
 * @param unwritable why nothing can be put on record now, if so
 */
record Judge(
        Admission admission,
        TrustDesk trust,
        BootBinding binding,
        RequestJournal journal,
        Supplier<Subject> subject,
        Permits permits,
        Supplier<Actions> actions,
        Secrecy secrecy,
        Supplier<Optional<String>> unwritable,
        Underway underway) {

    /** What is decided about a genuine request. */
    sealed interface Verdict {
        /** Say nothing: it is for others, or it was answered before. */
        record Ignore() implements Verdict {}

        /** Answer, and do nothing. */
        record Answer(Outcome outcome) implements Verdict {}

        /** Answer, and forget that it came: it may come again with what it lacks. */
        record NotYet(Outcome outcome) implements Verdict {}

        /** Do it. */
        record Go(Action action, Input input, String rule) implements Verdict {}
    }

    /**
     * What to say to a request that is new, wants approvals itself and has not enough of them, if
     * it is one. Its sender does not send such; but others are shown it before it is approved, and
     * could send it then, so that it would be refused for good. What never can be done here, with
     * whatever approvals, is told so.
     */
    Optional<Verdict> early(Question question) {
        var request = question.request();
        if (request.bounds().approvals() == 0
                || journal.digest(question.key()).isPresent()
                || journal.withdrawal(question.key()).isPresent()
                || admission.never(request)) {
            return Optional.empty();
        }
        var spec = actions.get().find(request.action()).map(Action::spec);
        return permits.unapproved(question, spec, assumed(request))
                .map(why -> new Outcome.Refused(Reason.APPROVAL_MISSING, why))
                .map(Verdict.NotYet::new);
    }

    /** What came to speak against it while it waited for its place; nothing is counted. */
    Optional<Outcome> since(Question question, ActionSpec spec) {
        var quote = assumed(question.request());
        return before(question, quote)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> permits.since(question, spec, quote));
    }

    /** Of a nonce that was used up already, or is not to be. */
    private Quote assumed(Request request) {
        return request.nonces().containsKey(binding.self()) ? Quote.GOOD : Quote.NONE;
    }

    /** Decides, and counts what policy counts. */
    Verdict judge(Question question, Quote quote) {
        var request = question.request();
        var objection = before(question, quote).flatMap(Optional::stream).findFirst();
        if (objection.isPresent()) {
            return request.targets().isEmpty() && mismatch(objection.get())
                    ? new Verdict.Ignore()
                    : new Verdict.Answer(objection.get());
        }
        var action = actions.get().find(request.action()).orElseThrow();
        var spec = action.spec();
        var decision = permits.decide(question, spec, quote);
        if (decision instanceof Decision.Denied(Reason reason, String why)) {
            return refuse(reason, why);
        }
        var silent = noDryRun(request, spec);
        if (silent.isPresent()) {
            return new Verdict.Answer(silent.get());
        }
        var discreet = secrecy.discreet(question, action);
        if (discreet.isEmpty()) {
            return new Verdict.Answer(untold(spec));
        }
        return switch (secrecy.open(request, spec)) {
            case Opened.Refused(Reason reason, String why) -> refuse(reason, why);
            case Opened.Arguments opened -> check(discreet.get(), opened, decision.basis());
        };
    }

    /**
     * All that speaks against carrying it out now; secrets that it would bring are taken as good.
     *
     * @param quote what it would quote of this node's nonces
     * @param inputs whether its inputs are said, and so judged
     */
    List<Outcome> reasons(Question question, Quote quote, boolean inputs) {
        var request = question.request();
        var reasons = new ArrayList<Outcome>();
        before(question, quote).flatMap(Optional::stream).forEach(reasons::add);
        var found = actions.get().find(request.action());
        if (found.isEmpty()) {
            return reasons;
        }
        var spec = found.get().spec();
        if (permits.foresee(question, spec, quote)
                instanceof Decision.Denied(Reason reason, String why)) {
            reasons.add(new Outcome.Refused(reason, why));
        }
        noDryRun(request, spec).ifPresent(reasons::add);
        if (secrecy.discreet(question, found.get()).isEmpty()) {
            reasons.add(untold(spec));
        }
        if (!spec.secrets().isEmpty() && !secrecy.opens()) {
            reasons.add(
                    new Outcome.Refused(
                            Reason.NOT_SEALED, "this node has no key to seal secrets to"));
        }
        if (inputs) {
            Secrecy.inClear(request, spec)
                    .flatMap(why -> refusal(Reason.SECRET_IN_CLEAR, why))
                    .or(() -> invalid(request, spec))
                    .ifPresent(reasons::add);
        }
        if (request.changes()) {
            unwritable
                    .get()
                    .ifPresent(w -> reasons.add(new Outcome.Refused(Reason.NOT_RECORDED, w)));
            if (!request.dryRun()) {
                underway.busy()
                        .ifPresent(who -> reasons.add(new Outcome.Refused(Reason.BUSY, who)));
            }
        }
        return reasons;
    }

    /** Whether this node is meant; facts are collected for those filters only that look at them. */
    boolean matches(Request request) {
        return request.filter().everything() || request.filter().matches(subject.get());
    }

    /** What is looked at before the policy, one after the other as they are asked for. */
    private Stream<Optional<Outcome>> before(Question question, Quote quote) {
        var request = question.request();
        return Stream.<Supplier<Optional<Outcome>>>of(
                        () -> journal.withdrawal(question.key()).map(Withdrawn::outcome),
                        () -> admission.objection(request, quote),
                        () -> trust.objection(request, question.keyid()),
                        () -> unmatched(request),
                        () -> binding.objection(request, quote),
                        () -> unknown(request))
                .map(Supplier::get);
    }

    private Optional<Outcome> unmatched(Request request) {
        return matches(request)
                ? Optional.empty()
                : refusal(Reason.FILTER_MISMATCH, "this node's facts do not match the filter");
    }

    private static boolean mismatch(Outcome outcome) {
        return outcome instanceof Outcome.Refused(Reason reason, String _)
                && reason == Reason.FILTER_MISMATCH;
    }

    private Optional<Outcome> unknown(Request request) {
        var found = actions.get().find(request.action());
        if (found.isEmpty()) {
            return refusal(Reason.UNKNOWN_ACTION, "no action " + request.action() + " here");
        }
        var spec = found.get().spec();
        return spec.actionClass() == request.actionClass()
                ? Optional.empty()
                : refusal(
                        Reason.CLASS_MISMATCH,
                        "here " + spec.name() + " is of class " + spec.actionClass());
    }

    private static Optional<Outcome> noDryRun(Request request, ActionSpec spec) {
        return request.dryRun() && !spec.dryRun()
                ? refusal(Reason.NO_DRY_RUN, spec.name() + " cannot say what it would do")
                : Optional.empty();
    }

    private static Outcome untold(ActionSpec spec) {
        return new Outcome.Refused(
                Reason.NOT_SEALED,
                spec.name() + " tells secrets, and your certificate has no key to seal them to");
    }

    private static Verdict check(Action action, Opened.Arguments opened, String rule) {
        try {
            var input = action.spec().check(opened.all(), opened.unseen());
            return new Verdict.Go(action, input, rule);
        } catch (InvalidInputException e) {
            return new Verdict.Answer(invalid(e));
        }
    }

    private static Optional<Outcome> invalid(Request request, ActionSpec spec) {
        var secrets =
                spec.secrets().stream()
                        .map(InputSpec::name)
                        .collect(Collectors.toUnmodifiableSet());
        try {
            var _ = spec.check(request.arguments(), secrets);
            return Optional.empty();
        } catch (InvalidInputException e) {
            return Optional.of(invalid(e));
        }
    }

    private static Outcome invalid(InvalidInputException e) {
        return new Outcome.Refused(
                Reason.INVALID_INPUT, String.valueOf(e.getMessage()).replace("\n", "; "));
    }

    private static Optional<Outcome> refusal(Reason reason, String message) {
        return Optional.of(new Outcome.Refused(reason, message));
    }

    private static Verdict refuse(Reason reason, String message) {
        return new Verdict.Answer(new Outcome.Refused(reason, message));
    }
}
