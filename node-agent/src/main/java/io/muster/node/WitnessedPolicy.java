package io.muster.node;

import io.muster.node.trust.Scribe;
import io.muster.policy.Policy;
import io.muster.policy.Situation;

import java.util.Optional;

/** A policy whose problems are put on record, each once. Thread-safe. */
final class WitnessedPolicy implements Authorizer {
    private final Authorizer policy;
    private final Scribe scribe;
    private Optional<String> told = Optional.empty();

    WitnessedPolicy(Authorizer policy, Scribe scribe) {
        this.policy = policy;
        this.scribe = scribe;
    }

    @Override
    public Policy policy() {
        var now = policy.policy();
        var problem = policy.problem();
        if (news(problem)) {
            problem.ifPresent(p -> scribe.alarm("policy", p));
        }
        return now;
    }

    private synchronized boolean news(Optional<String> problem) {
        var news = !problem.equals(told);
        told = problem;
        return news;
    }

    @Override
    public Optional<String> problem() {
        return policy.problem();
    }

    @Override
    public Situation situation() {
        return policy.situation();
    }
}
