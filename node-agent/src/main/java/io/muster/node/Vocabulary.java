package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.ActionName;
import io.muster.node.action.Actions;
import io.muster.policy.Lint;
import io.muster.policy.Policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The names of actions that a policy may speak of on a node.
 *
 * @param names of all that are known, as texts
 * @param complete whether those are all that there are: none that was dropped in is unusable
 */
record Vocabulary(Set<String> names, boolean complete) {
    Vocabulary {
        names = Set.copyOf(names);
    }

    /** With these actions, and those that every node agent has. */
    static Vocabulary of(Actions actions) {
        var everywhere =
                Stream.concat(BuiltIn.all().stream(), Stream.of(BuiltIn.TRUST_LOCK))
                        .map(ActionSpec::name);
        var names = new TreeSet<String>();
        Stream.concat(everywhere, actions.names().stream())
                .map(ActionName::value)
                .forEach(names::add);
        return new Vocabulary(names, actions.problems().isEmpty());
    }

    /** Why that policy cannot be used: it denies something that is not there. */
    Optional<String> objection(Policy policy) {
        return complete
                ? first(Lint.unknown(policy, false, names))
                        .map(
                                line ->
                                        line
                                                + " (what it was to deny would be let in; name the"
                                                + " family, as in backup.*, if it is to come)")
                : Optional.empty();
    }

    /** What is hardly meant so in a policy that can be used. */
    Optional<String> doubt(Policy policy) {
        return first(Lint.unknown(policy, false, names))
                .or(() -> first(Lint.unknown(policy, true, names)));
    }

    private static Optional<String> first(List<String> lines) {
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        lines.getFirst()
                                + (lines.size() == 1
                                        ? ""
                                        : ", and " + (lines.size() - 1) + " more"));
    }
}
