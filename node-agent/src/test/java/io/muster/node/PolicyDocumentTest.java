package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.node.Policy.Decision;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The examples of docs/policy.md do what it says of them. */
class PolicyDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)\n```", Pattern.DOTALL);

    private static List<Policy> examples() throws IOException {
        var document = Files.readString(Path.of("../docs/policy.md"));
        return EXAMPLE.matcher(document).results().map(m -> Policy.parse(m.group(1))).toList();
    }

    private static boolean may(Policy policy, String person, ActionSpec spec) {
        return policy.decide(new Identity("test", Role.OPERATOR, person), spec)
                instanceof Decision.Allowed;
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
}
