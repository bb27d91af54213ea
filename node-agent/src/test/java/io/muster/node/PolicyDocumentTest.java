package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.message.Value.Fields;
import io.muster.policy.Application;
import io.muster.policy.Endorsement;
import io.muster.policy.Policy;
import io.muster.policy.Policy.Decision;
import io.muster.policy.Rule;
import io.muster.policy.Situation;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The examples of docs/policy.md do what it says of them. */
class PolicyDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)\n```", Pattern.DOTALL);

    private static List<Policy> examples() throws IOException {
        var document = Files.readString(Path.of("../docs/policy.md"));
        return EXAMPLE.matcher(document).results().map(m -> Policy.parse(m.group(1))).toList();
    }

    private static Application asked(String person, ActionSpec spec) {
        return new Application(
                new Identity("test", Role.OPERATOR, person),
                person,
                Map.of(),
                spec,
                Fields.EMPTY,
                Set.of(),
                Collective.MAIN,
                OptionalInt.of(1),
                Optional.of(Instant.parse("2026-11-20T12:00:00Z")),
                Situation.UNKNOWN,
                List.of());
    }

    private static boolean may(Policy policy, String person, ActionSpec spec) {
        return policy.decide(asked(person, spec), Rule.Usage.NONE) instanceof Decision.Allowed;
    }

    @Test
    void theFirstOneIsWhatJoiningWrites() throws IOException {
        assertThat(examples().getFirst()).isEqualTo(Policy.parse(Membership.STARTER_POLICY));
    }

    @Test
    void theFullerOneAllowsWhatItSays() throws IOException {
        var policy = examples().get(1);
        assertThat(may(policy, "carol", BuiltIn.NODE_PING)).isTrue();
        assertThat(may(policy, "carol", BuiltIn.USER_ENSURE)).isFalse();
        assertThat(may(policy, "bob", BuiltIn.USER_ENSURE)).isTrue();
        assertThat(may(policy, "bob", BuiltIn.NODE_REBOOT)).isFalse();
        assertThat(may(policy, "alice", BuiltIn.NODE_REBOOT)).isTrue();
        assertThat(may(policy, "alice", BuiltIn.COMMAND_RUN)).isFalse();
    }

    /** A Monday, in the night. */
    private static final Instant NIGHT = Instant.parse("2026-11-23T22:30:00Z");

    private static final Situation AMSTERDAM =
            new Situation(Map.of("site", "ams"), Fields.EMPTY.with("stage", "production"), true);

    private static Application reboot(String delay, Situation node, Instant at, String... by) {
        return new Application(
                new Identity("test", Role.OPERATOR, "alice"),
                "alice",
                Map.of("team", "ops"),
                BuiltIn.NODE_REBOOT,
                Fields.EMPTY.with("delay", delay),
                Set.of(),
                Collective.MAIN,
                OptionalInt.of(3),
                Optional.of(at),
                node,
                Stream.of(by)
                        .map(n -> new Endorsement(new Identity("test", Role.OPERATOR, n), n))
                        .toList());
    }

    @Test
    void theOneWithEverythingAllowsAndDeniesWhatItSays() throws IOException {
        var policy = examples().get(2);
        var frozen =
                new Situation(
                        AMSTERDAM.attributes(), AMSTERDAM.facts().with("frozen", "true"), true);
        assertThat(may(policy, reboot("5m", AMSTERDAM, NIGHT, "carol"))).isTrue();
        assertThat(may(policy, reboot("5m", AMSTERDAM, NIGHT))).isFalse();
        assertThat(may(policy, reboot("5m", AMSTERDAM, NIGHT, "bob"))).isFalse();
        assertThat(may(policy, reboot("3s", AMSTERDAM, NIGHT, "carol"))).isFalse();
        assertThat(may(policy, reboot("5m", Situation.UNKNOWN, NIGHT, "carol"))).isFalse();
        assertThat(may(policy, reboot("5m", frozen, NIGHT, "carol"))).isFalse();
        assertThat(may(policy, reboot("5m", AMSTERDAM, NIGHT.plusSeconds(43_200), "carol")))
                .isFalse();
    }

    private static boolean may(Policy policy, Application application) {
        return policy.decide(application, Rule.Usage.NONE) instanceof Decision.Allowed;
    }
}
