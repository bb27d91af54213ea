package io.muster.node;

import io.muster.message.MalformedException;
import io.muster.policy.Policy;
import io.muster.policy.Rule;
import io.muster.policy.Situation;
import io.muster.trust.PolicyBundle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The policy that the authority has sent, if there is one for this node; otherwise the file's. What
 * the file forbids is forbidden in any case: whoever administers the machine can always say no.
 * Thread-safe.
 */
final class BundledPolicy implements Authorizer {
    private static final long NONE = 0;

    private final Authorizer file;
    private final Supplier<Optional<PolicyBundle>> newest;
    private final Supplier<Map<String, String>> attributes;
    private final Logger log;
    private long number = NONE;
    private Map<String, String> attested = Map.of();
    private Optional<Policy> bundled = Optional.empty();
    private Policy local = Policy.CLOSED;
    private Policy inForce = Policy.CLOSED;

    /**
     * @param newest the newest bundle of the authority; never an older one than before, and none
     *     once its signer is not trusted any more
     * @param attributes what the authority attests of this node now: a renewed certificate may say
     *     otherwise
     */
    BundledPolicy(
            Authorizer file,
            Supplier<Optional<PolicyBundle>> newest,
            Supplier<Map<String, String>> attributes,
            Logger log) {
        this.file = file;
        this.newest = newest;
        this.attributes = attributes;
        this.log = log;
    }

    @Override
    public synchronized Policy policy() {
        var now = file.policy();
        var bundle = newest.get();
        var changed = other(bundle);
        if (changed) {
            bundle.ifPresentOrElse(this::take, this::leave);
        }
        if (changed || !now.equals(local)) {
            local = now;
            inForce = bundled.map(b -> restricted(b, local)).orElse(local);
        }
        return inForce;
    }

    private boolean other(Optional<PolicyBundle> bundle) {
        return bundle.map(PolicyBundle::number).orElse(NONE) != number
                || (bundle.isPresent() && !attributes.get().equals(attested));
    }

    /** Whoever signed it is not trusted any more. */
    private void leave() {
        number = NONE;
        attested = Map.of();
        bundled = Optional.empty();
        log.log(Level.INFO, "no policy bundle is in force any more: the file's is");
    }

    private void take(PolicyBundle bundle) {
        number = bundle.number();
        attested = attributes.get();
        try {
            bundled = bundle.textFor(attested).map(Policy::parse);
            log.log(
                    Level.INFO,
                    () ->
                            "policy bundle "
                                    + bundle.number()
                                    + bundled.map(p -> ": " + p.rules().size() + " rules in force")
                                            .orElse(
                                                    ": none for this node, the file's is in"
                                                            + " force"));
        } catch (MalformedException e) {
            log.log(
                    Level.ERROR,
                    () ->
                            "policy bundle "
                                    + bundle.number()
                                    + ": "
                                    + e.problem()
                                    + "; the last good policy stays in force");
        }
    }

    /** What a bundle says, and what the machine's own file denies, or freezes. */
    static Policy restricted(Policy bundled, Policy file) {
        var rules = new ArrayList<Rule>(bundled.rules());
        file.rules().stream().filter(rule -> !rule.allow()).forEach(rules::add);
        return new Policy(rules, bundled.calendar().and(file.calendar()));
    }

    @Override
    public Situation situation() {
        return file.situation();
    }
}
