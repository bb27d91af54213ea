package io.muster.policy;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.Identity;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom and what a freeze or a maintenance window is about.
 *
 * @param actions names, {@code family.*} or {@code *}
 * @param classes of which classes; never looking
 * @param except who need not keep to it
 */
public record Scope(List<String> actions, Set<ActionClass> classes, Optional<Names> except) {
    public Scope {
        actions = List.copyOf(actions);
        classes = Set.copyOf(classes);
        if (actions.isEmpty()) {
            throw new IllegalArgumentException("for no action");
        }
        if (classes.isEmpty() || classes.contains(ActionClass.READ)) {
            throw new IllegalArgumentException(
                    "classes are change and destructive, or one of them");
        }
    }

    /** Stopping is always in time, and so is locking. */
    boolean covers(Identity caller, ActionSpec spec) {
        return classes.contains(spec.actionClass())
                && !spec.name().equals(BuiltIn.NODE_CANCEL.name())
                && !spec.name().equals(BuiltIn.TRUST_LOCK.name())
                && actions.stream().anyMatch(pattern -> names(pattern, spec))
                && except.filter(some -> some.include(caller)).isEmpty();
    }

    private static boolean names(String pattern, ActionSpec spec) {
        var name = spec.name().value();
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
