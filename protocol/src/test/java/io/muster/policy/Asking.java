package io.muster.policy;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.action.InputSpec;
import io.muster.action.InputSpec.Kind;
import io.muster.message.ActionName;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.policy.Policy.Decision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Somebody asks for something, in parts that a test may change. */
final class Asking {
    static final Instant FRIDAY_NOON = Instant.parse("2026-11-20T12:00:00Z");

    String person = "alice";
    String key = "key of alice";
    Map<String, String> callerAttributes = Map.of();
    String action = "test.change";
    ActionClass actionClass = ActionClass.CHANGE;
    Fields arguments = Fields.EMPTY;
    Set<String> sealed = Set.of();
    String collective = "main";
    OptionalInt targets = OptionalInt.of(1);
    Optional<Instant> at = Optional.of(FRIDAY_NOON);
    Situation node = new Situation(Map.of(), Fields.EMPTY, true);
    List<Endorsement> endorsements = new ArrayList<>();
    int used;

    static Identity operator(String name) {
        return new Identity("test", Role.OPERATOR, name);
    }

    Asking does(String name, ActionClass of) {
        action = name;
        actionClass = of;
        return this;
    }

    Asking by(String name) {
        person = name;
        key = "key of " + name;
        return this;
    }

    Asking with(String input, Value value) {
        arguments = arguments.with(input, value);
        return this;
    }

    Asking approvedBy(String name) {
        return approvedBy(name, "key of " + name);
    }

    Asking approvedBy(String name, String withKey) {
        endorsements.add(new Endorsement(operator(name), withKey));
        return this;
    }

    ActionSpec spec() {
        return new ActionSpec(
                new ActionName(action),
                "for tests",
                actionClass,
                false,
                false,
                Duration.ofMinutes(1),
                List.of(
                        input("name", Kind.Text.upTo(100), false),
                        input("count", new Kind.Whole(0, 100), false),
                        input("force", new Kind.Truth(), false),
                        input("delay", new Kind.Span(Duration.ZERO, Duration.ofDays(1)), false),
                        input("groups", new Kind.Texts(Kind.Text.upTo(100), 10), false),
                        input("password", Kind.Text.upTo(100), true)),
                List.of());
    }

    private static InputSpec input(String name, Kind kind, boolean secret) {
        return new InputSpec(name, "an input", kind, false, Optional.empty(), secret);
    }

    Application application() {
        return new Application(
                operator(person),
                key,
                callerAttributes,
                spec(),
                arguments,
                sealed,
                new Collective(collective),
                targets,
                at,
                node,
                endorsements);
    }

    Decision of(Policy policy) {
        return policy.decide(application(), (rule, caller) -> used);
    }

    boolean allowed(Policy policy) {
        return of(policy) instanceof Decision.Allowed;
    }
}
