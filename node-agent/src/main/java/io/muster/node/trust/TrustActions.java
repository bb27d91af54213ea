package io.muster.node.trust;

import io.muster.action.BuiltIn;
import io.muster.message.IssuerName;
import io.muster.message.Outcome;
import io.muster.message.Value;
import io.muster.node.action.Action;
import io.muster.node.action.Performed;
import io.muster.trust.Lock;
import io.muster.trust.RevocationList;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells what this node goes by, so that nobody has to believe the hub. */
public final class TrustActions {
    /** What fits one answer. */
    private static final int MOST = 100;

    private TrustActions() {}

    /**
     * The actions.
     *
     * @param problem what is wrong with the policy of the machine, if anything
     */
    public static List<Action> all(
            TrustState state, TrustDesk desk, Supplier<Optional<String>> problem) {
        return List.of(
                Action.of(
                        BuiltIn.TRUST_STATUS,
                        (_, _) -> Performed.done(status(state, desk, problem.get()))));
    }

    private static Outcome status(TrustState state, TrustDesk desk, Optional<String> problem) {
        var data = state.standing().toValue();
        var operators = state.revocations().list(IssuerName.OPERATORS);
        if (operators.isPresent()) {
            data = data.with("operators_issued", operators.get().issued().toEpochMilli());
        }
        var nodes = state.revocations().list(IssuerName.NODES);
        if (nodes.isPresent()) {
            data = data.with("nodes_issued", nodes.get().issued().toEpochMilli());
        }
        var locks = state.locks().inForce(state.clock().instant());
        data =
                data.with(
                        "in_force",
                        Value.texts(locks.stream().limit(MOST).map(l -> l.id().value()).toList()));
        var stale = desk.stale();
        if (stale.isPresent()) {
            data = data.with("stale", stale.get());
        }
        if (problem.isPresent()) {
            data = data.with("policy_problem", problem.get());
        }
        var remark = problem.map(p -> "; the policy is not as it should be: " + p).orElse("");
        return new Outcome.Ok(words(operators, locks) + remark, data);
    }

    private static String words(Optional<RevocationList> operators, List<Lock> locks) {
        return operators.map(l -> "revocation list " + l.number()).orElse("no revocation list")
                + ", "
                + locks.size()
                + (locks.size() == 1 ? " lock" : " locks");
    }
}
