package io.muster.policy;

import io.muster.action.ActionSpec;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that a policy looks at when somebody asks for something.
 *
 * @param caller who asks: the signer
 * @param callerKey the fingerprint of the key that signed
 * @param callerAttributes what the authority attests of the caller
 * @param spec of the action
 * @param arguments its inputs, fallbacks filled in
 * @param sealed the names of inputs that were given sealed, and are not among the arguments
 * @param collective the collective it was sent to
 * @param targets how many nodes it is for; absent if for whoever matches, which is no limit
 * @param at when; absent where nobody knows what time it is
 * @param node what is known of this node
 * @param endorsements the approvals, each verified
 */
public record Application(
        Identity caller,
        String callerKey,
        Map<String, String> callerAttributes,
        ActionSpec spec,
        Fields arguments,
        Set<String> sealed,
        Collective collective,
        OptionalInt targets,
        Optional<Instant> at,
        Situation node,
        List<Endorsement> endorsements) {

    /** Somebody asks one node for something without inputs, and nobody has approved it. */
    public static Application plain(Identity caller, ActionSpec spec, Instant at) {
        return new Application(
                caller,
                "",
                Map.of(),
                spec,
                Fields.EMPTY,
                Set.of(),
                Collective.MAIN,
                OptionalInt.of(1),
                Optional.of(at),
                Situation.UNKNOWN,
                List.of());
    }

    public Application {
        callerAttributes = Collections.unmodifiableMap(new TreeMap<>(callerAttributes));
        sealed = Set.copyOf(sealed);
        endorsements = List.copyOf(endorsements);
    }
}
