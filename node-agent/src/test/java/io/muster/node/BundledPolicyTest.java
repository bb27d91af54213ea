package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.policy.Application;
import io.muster.policy.Policy;
import io.muster.policy.Policy.Decision;
import io.muster.policy.Rule;
import io.muster.trust.PolicyBundle;
import io.muster.trust.PolicyBundle.Part;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class BundledPolicyTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private Policy file = Policy.parse(rules("allow", "node.ping"));
    private Optional<PolicyBundle> newest = Optional.empty();
    private final BundledPolicy policy =
            new BundledPolicy(
                    () -> file,
                    () -> newest,
                    () -> Map.of("site", "ams"),
                    System.getLogger("test"));

    private static String rules(String effect, String action) {
        return ("{\"rules\":[{\"effect\":\"%s\",\"callers\":[\"operator/*\"],"
                        + "\"actions\":[\"%s\"]}]}")
                .formatted(effect, action);
    }

    private void bundle(long number, Part... parts) {
        newest = Optional.of(new PolicyBundle("test", number, NOON, List.of(parts)));
    }

    private static Part forAll(String text) {
        return new Part(Map.of(), text);
    }

    private boolean may(ActionSpec spec) {
        var alice = new Identity("test", Role.OPERATOR, "alice");
        return policy.policy().decide(Application.plain(alice, spec, NOON), Rule.Usage.NONE)
                instanceof Decision.Allowed;
    }

    @Test
    void withoutABundleTheFileIsInForce() {
        assertThat(may(BuiltIn.NODE_PING)).isTrue();
        assertThat(may(BuiltIn.NODE_INVENTORY)).isFalse();
        file = Policy.CLOSED;
        assertThat(may(BuiltIn.NODE_PING)).isFalse();
    }

    @Test
    void aBundleTakesThePlaceOfWhatTheFileAllows() {
        bundle(1, forAll(rules("allow", "node.inventory")));
        assertThat(may(BuiltIn.NODE_INVENTORY)).isTrue();
        assertThat(may(BuiltIn.NODE_PING)).isFalse();
        bundle(2, forAll(rules("allow", "node.ping")));
        assertThat(may(BuiltIn.NODE_PING)).isTrue();
        assertThat(may(BuiltIn.NODE_INVENTORY)).isFalse();
    }

    @Test
    void withTheLastBundleItsRulesAreGone() {
        bundle(1, forAll(rules("allow", "node.inventory")));
        assertThat(may(BuiltIn.NODE_INVENTORY)).isTrue();
        newest = Optional.empty();
        assertThat(may(BuiltIn.NODE_INVENTORY)).isFalse();
        assertThat(may(BuiltIn.NODE_PING)).isTrue();
        bundle(1, forAll(rules("allow", "node.inventory")));
        assertThat(may(BuiltIn.NODE_INVENTORY)).isTrue();
    }

    @Test
    void whatTheFileForbidsStaysForbidden() {
        bundle(1, forAll(rules("allow", "node.*")));
        file = Policy.parse(rules("deny", "node.inventory"));
        assertThat(may(BuiltIn.NODE_PING)).isTrue();
        assertThat(may(BuiltIn.NODE_INVENTORY)).isFalse();
    }

    @Test
    void whatTheFileFreezesStaysFrozen() {
        bundle(1, forAll(rules("allow", "*")));
        file =
                Policy.parse(
                        """
                        {"freezes":[{"from":"2026-11-01T00:00","to":"2026-12-01T00:00",
                                     "reason":"an audit"}]}
                        """);
        var alice = new Identity("test", Role.OPERATOR, "alice");
        var at = Optional.of(Instant.parse("2026-11-20T12:00:00Z"));
        assertThat(policy.policy().calendar().objection(alice, BuiltIn.PUPPET_RUN, at)).isPresent();
    }

    @Test
    void theFirstThatFitsTheNodeIsItsAndIfNoneDoesTheFileIs() {
        var fra = new Part(Map.of("site", "fra"), rules("deny", "*"));
        var ams = new Part(Map.of("site", "ams"), rules("allow", "node.inventory"));
        bundle(1, fra, ams, forAll(rules("deny", "*")));
        assertThat(may(BuiltIn.NODE_INVENTORY)).isTrue();
        bundle(2, fra);
        assertThat(may(BuiltIn.NODE_PING)).isTrue();
        assertThat(may(BuiltIn.NODE_INVENTORY)).isFalse();
    }

    @Test
    void aBundleThatDoesNotParseIsNone() {
        assertThatThrownBy(() -> forAll("{\"rules\":[{\"effect\":\"permit\"}]}"))
                .isInstanceOf(MalformedException.class);
    }
}
