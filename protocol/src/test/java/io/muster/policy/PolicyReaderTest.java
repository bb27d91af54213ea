package io.muster.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionClass;
import io.muster.message.MalformedException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class PolicyReaderTest {
    private static final String GOOD =
            """
            {"groups":{"leads":["operator/bob","operator/carol"]},
             "rules":[{"name":"one","effect":"allow","callers":["operator/alice"],
              "actions":["test.change"],"classes":["change"],
              "arguments":{"name":{"oneOf":["a"]}},
              "callerAttributes":{"team":["ops"]},"nodeAttributes":{"site":["ams"]},
              "facts":{"stage":["test"]},"collectives":["main"],"maxTargets":5,
              "times":[{"days":["mon"],"from":"08:00","to":"24:00","zone":"UTC"}],
              "approvals":{"count":1,"by":["group/leads"]},"perHour":7}]}
            """;

    @Test
    void everythingAtOnceIsRead() {
        assertThat(Policy.parse(GOOD).rules()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"effect\":\"allow\" -> \"effect\":\"permit\"",
                "\"effect\":\"allow\" -> \"effect\":\"deny\"",
                "\"perHour\":7 -> \"perhour\":7",
                "\"perHour\":7 -> \"perHour\":0",
                "\"perHour\":7 -> \"perHour\":\"7\"",
                "\"maxTargets\":5 -> \"maxTargets\":0",
                "\"maxTargets\":5 -> \"maxTargets\":-5",
                "\"count\":1 -> \"count\":0",
                "\"count\":1 -> \"count\":-1",
                "\"count\":1 -> \"count\":3",
                "\"count\":1 -> \"counts\":1",
                "[\"group/leads\"] -> []",
                "[\"group/leads\"] -> [\"group/unknown\"]",
                "[\"group/leads\"] -> [\"node/n1\"]",
                "\"operator/alice\" -> \"operator/a*\"",
                "\"operator/alice\" -> \"alice\"",
                "\"operator/alice\" -> \"node/n1\"",
                "\"operator/bob\" -> \"group/leads\"",
                "\"operator/bob\" -> \"operator/*\"",
                "\"test.change\" -> \"test*\"",
                "\"test.change\" -> \"Test.change\"",
                "[\"change\"] -> [\"harmless\"]",
                "[\"change\"] -> []",
                "{\"oneOf\":[\"a\"]} -> {}",
                "{\"oneOf\":[\"a\"]} -> {\"oneOf\":[]}",
                "{\"oneOf\":[\"a\"]} -> {\"is\":\"a\"}",
                "{\"oneOf\":[\"a\"]} -> {\"pattern\":\"(\"}",
                "{\"oneOf\":[\"a\"]} -> {\"pattern\":\"(a)\\\\1\"}",
                "{\"oneOf\":[\"a\"]} -> {\"absent\":false}",
                "{\"oneOf\":[\"a\"]} -> {\"equals\":\"a\",\"oneOf\":[\"a\"]}",
                "{\"oneOf\":[\"a\"]} -> {\"from\":\"soon\"}",
                "\"days\":[\"mon\"] -> \"days\":[]",
                "\"days\":[\"mon\"] -> \"days\":[\"monday\"]",
                "\"from\":\"08:00\" -> \"from\":\"8:00\"",
                "\"to\":\"24:00\" -> \"to\":\"08:00\"",
                "\"to\":\"24:00\" -> \"to\":\"24:01\"",
                "\"zone\":\"UTC\" -> \"zone\":\"Mars\"",
                "[\"main\"] -> []",
                "{\"stage\":[\"test\"]} -> {}",
                "{\"stage\":[\"test\"]} -> {\"stage\":[]}",
                "{\"stage\":[\"test\"]} -> {\"stage\":1}",
                "\"rules\" -> \"rule\"",
                "\"name\":\"one\" -> \"name\":\"\\u001b[2J\""
            })
    void oneThingWrongAndTheWholeIsRefused(String change) {
        var arrow = change.indexOf(" -> ");
        var bad = GOOD.replace(change.substring(0, arrow), change.substring(arrow + 4));
        assertThat(bad).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> Policy.parse(bad))
                .as(change)
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith("policy");
    }

    @Test
    void aRuleThatDeniesHasNoLimits() {
        for (var limit : List.of("\"maxTargets\":5", "\"perHour\":7")) {
            var text =
                    "{\"rules\":[{\"effect\":\"deny\",\"callers\":[\"operator/*\"],"
                            + "\"actions\":[\"*\"],"
                            + limit
                            + "}]}";
            assertThatThrownBy(() -> Policy.parse(text)).hasMessageContaining("denies has none");
        }
    }

    /** Whatever the text: a policy, or the one exception that keeps the last good one. */
    @Property(tries = 2_000)
    void damagedPoliciesAreReadOrRefusedAndNothingElse(
            @ForAll Random random, @ForAll("pieces") List<String> pieces) {
        var text = new StringBuilder(GOOD);
        for (var piece : pieces) {
            var at = random.nextInt(text.length());
            text.replace(at, Math.min(text.length(), at + random.nextInt(4)), piece);
        }
        try {
            assertThat(Policy.parse(text.toString())).isNotNull();
        } catch (MalformedException e) {
            assertThat(e.problem()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        "\"",
                        ",",
                        ":",
                        "0",
                        "-1",
                        "*",
                        "null",
                        "true",
                        "\\",
                        "\u0000",
                        "\ud800",
                        "9999999999999999999999",
                        "operator/*")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    /** The order of rules does not matter, and one that denies always wins. */
    @Property(tries = 300)
    void orderDoesNotMatterAndDenyWins(@ForAll Random random, @ForAll("rules") List<String> rules) {
        var shuffled = new ArrayList<>(rules);
        java.util.Collections.shuffle(shuffled, random);
        for (var of : ActionClass.values()) {
            var asking = new Asking().does("test.change", of);
            var one = asking.allowed(policy(rules));
            assertThat(asking.allowed(policy(shuffled))).isEqualTo(one);
            var denied = new ArrayList<>(rules);
            denied.add(
                    random.nextInt(rules.size() + 1),
                    "{\"effect\":\"deny\",\"callers\":[\"operator/*\"],\"actions\":[\"*\"]}");
            assertThat(asking.allowed(policy(denied))).isFalse();
        }
    }

    private static Policy policy(List<String> rules) {
        return Policy.parse("{\"rules\":[" + String.join(",", rules) + "]}");
    }

    @Provide
    Arbitrary<List<String>> rules() {
        var effects = Arbitraries.of("allow", "allow", "deny");
        var callers = Arbitraries.of("operator/alice", "operator/bob", "operator/*");
        var actions = Arbitraries.of("*", "test.*", "test.change", "node.ping");
        var classes = Arbitraries.of("read", "change", "destructive");
        return net.jqwik.api.Combinators.combine(effects, callers, actions, classes)
                .as(
                        (effect, caller, action, of) ->
                                ("{\"effect\":\"%s\",\"callers\":[\"%s\"],\"actions\":[\"%s\"],"
                                                + "\"classes\":[\"%s\"]}")
                                        .formatted(effect, caller, action, of))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }
}
