package io.muster.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.message.Reason;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.policy.Policy.Decision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

class PolicyTest {
    private static Asking asking() {
        return new Asking();
    }

    /** One rule that lets Alice do {@code test.change}, with that besides. */
    private static Policy allow(String more) {
        return Policy.parse(
                """
                {"groups":{"leads":["operator/bob","operator/carol"]},
                 "rules":[{"effect":"allow","callers":["operator/alice"],
                 "actions":["test.change"]%s}]}
                """
                        .formatted(more));
    }

    /** The same, but one that denies what is otherwise allowed. */
    private static Policy deny(String more) {
        return Policy.parse(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["*"]},
                 {"effect":"deny","callers":["operator/alice"],"actions":["test.change"]%s}]}
                """
                        .formatted(more));
    }

    private static Reason reason(Decision decision) {
        return ((Decision.Denied) decision).reason();
    }

    private static Value texts(String... texts) {
        return Value.texts(List.of(texts));
    }

    @Test
    void whatNobodyAllowsIsDenied() {
        assertThat(asking().allowed(Policy.CLOSED)).isFalse();
        assertThat(asking().allowed(allow(""))).isTrue();
        assertThat(asking().by("bob").allowed(allow(""))).isFalse();
        assertThat(asking().does("test.other", ActionClass.CHANGE).allowed(allow(""))).isFalse();
    }

    @Test
    void groupsStandForTheirMembers() {
        var policy =
                Policy.parse(
                        """
                        {"groups":{"leads":["operator/bob"]},"rules":[
                         {"effect":"allow","callers":["group/leads"],"actions":["test.change"]}]}
                        """);
        assertThat(asking().by("bob").allowed(policy)).isTrue();
        assertThat(asking().allowed(policy)).isFalse();
    }

    @Test
    void aWildcardNeverAllowsWhatCannotBeUndoneAndAlwaysDeniesIt() {
        var wipe = asking().does("test.change", ActionClass.DESTRUCTIVE);
        var wildcard =
                Policy.parse(
                        """
                        {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["*","test.*"]}]}
                        """);
        assertThat(wipe.allowed(wildcard)).isFalse();
        assertThat(wipe.allowed(allow(""))).isTrue();
        var denied =
                Policy.parse(
                        """
                        {"rules":[
                         {"effect":"allow","callers":["operator/alice"],"actions":["test.change"]},
                         {"effect":"deny","callers":["operator/*"],"actions":["test.*"]}]}
                        """);
        assertThat(wipe.allowed(denied)).isFalse();
    }

    @Test
    void argumentsMustBeAsTheRuleSays() {
        var named = allow(",\"arguments\":{\"name\":{\"oneOf\":[\"www\",\"deploy\"]}}");
        assertThat(asking().with("name", Value.of("www")).allowed(named)).isTrue();
        assertThat(asking().with("name", Value.of("root")).allowed(named)).isFalse();
        assertThat(asking().allowed(named)).as("absent").isFalse();

        var absent = allow(",\"arguments\":{\"name\":{\"absent\":true}}");
        assertThat(asking().allowed(absent)).isTrue();
        assertThat(asking().with("name", Value.of("www")).allowed(absent)).isFalse();

        var either = allow(",\"arguments\":{\"name\":{\"absent\":true,\"equals\":\"www\"}}");
        assertThat(asking().allowed(either)).isTrue();
        assertThat(asking().with("name", Value.of("www")).allowed(either)).isTrue();
        assertThat(asking().with("name", Value.of("root")).allowed(either)).isFalse();
    }

    @Test
    void aPatternMatchesAllOfTheTextAndNothingAfterIt() {
        var policy = allow(",\"arguments\":{\"name\":{\"pattern\":\"w[0-9]+\"}}");
        assertThat(asking().with("name", Value.of("w12")).allowed(policy)).isTrue();
        assertThat(asking().with("name", Value.of("w12\n")).allowed(policy)).isFalse();
        assertThat(asking().with("name", Value.of("xw12")).allowed(policy)).isFalse();
    }

    @Test
    void numbersAndLengthsOfTimeHaveBounds() {
        var count = allow(",\"arguments\":{\"count\":{\"from\":2,\"to\":4}}");
        assertThat(asking().with("count", Value.of(2)).allowed(count)).isTrue();
        assertThat(asking().with("count", Value.of(4)).allowed(count)).isTrue();
        assertThat(asking().with("count", Value.of(5)).allowed(count)).isFalse();
        assertThat(asking().with("count", Value.of("3")).allowed(count)).isFalse();

        var delay = allow(",\"arguments\":{\"delay\":{\"from\":\"1m\",\"to\":\"1h\"}}");
        assertThat(asking().with("delay", Value.of("90s")).allowed(delay)).isTrue();
        assertThat(asking().with("delay", Value.of("60m")).allowed(delay)).isTrue();
        assertThat(asking().with("delay", Value.of("59s")).allowed(delay)).isFalse();
        assertThat(asking().with("delay", Value.of("1d")).allowed(delay)).isFalse();
    }

    @Test
    void lengthsOfTimeAreEqualHoweverTheyAreWritten() {
        var policy = deny(",\"arguments\":{\"delay\":{\"equals\":\"1m\"}}");
        assertThat(asking().with("delay", Value.of("60s")).allowed(policy)).isFalse();
        assertThat(asking().with("delay", Value.of("61s")).allowed(policy)).isTrue();
    }

    @Test
    void ofAListAllMustBeAllowedAndOneIsEnoughToDeny() {
        var few = allow(",\"arguments\":{\"groups\":{\"oneOf\":[\"www\",\"adm\"]}}");
        assertThat(asking().with("groups", texts("www", "adm")).allowed(few)).isTrue();
        assertThat(asking().with("groups", texts("www", "sudo")).allowed(few)).isFalse();

        var noSudo = deny(",\"arguments\":{\"groups\":{\"equals\":\"sudo\"}}");
        assertThat(asking().with("groups", texts("www", "adm")).allowed(noSudo)).isTrue();
        assertThat(asking().with("groups", texts("www", "sudo")).allowed(noSudo)).isFalse();
    }

    @Test
    void whatCannotBeJudgedNeverAllowsAndAlwaysDenies() {
        for (var strange :
                List.of(
                        "\"nosuch\":{\"equals\":\"x\"}",
                        "\"count\":{\"equals\":\"3\"}",
                        "\"count\":{\"pattern\":\".*\"}",
                        "\"name\":{\"from\":1}",
                        "\"password\":{\"equals\":\"x\"}")) {
            var asking =
                    asking().with("count", Value.of(3))
                            .with("name", Value.of("x"))
                            .with("password", Value.of("x"));
            var rule = ",\"arguments\":{" + strange + "}";
            assertThat(asking.allowed(allow(rule))).as(strange).isFalse();
            assertThat(asking.allowed(deny(rule))).as(strange).isFalse();
        }
    }

    /** What is sealed is there, and what it is cannot be judged. */
    @Test
    void aSealedInputIsNotAbsentAndOtherwiseCannotBeJudged() {
        var asking = asking();
        asking.sealed = Set.of("password");
        for (var wish :
                List.of(
                        "\"pattern\":\".*\"",
                        "\"equals\":\"x\"",
                        "\"absent\":true,\"pattern\":\".*\"")) {
            var rule = ",\"arguments\":{\"password\":{" + wish + "}}";
            assertThat(asking.allowed(allow(rule))).as(wish).isFalse();
            assertThat(asking.allowed(deny(rule))).as(wish).isFalse();
        }
        var absent = ",\"arguments\":{\"password\":{\"absent\":true}}";
        assertThat(asking.allowed(allow(absent))).isFalse();
        assertThat(asking.allowed(deny(absent))).isTrue();
        assertThat(asking().allowed(allow(absent))).isTrue();
        assertThat(asking().allowed(deny(absent))).isFalse();
    }

    @Test
    void attributesAreThoseThatTheAuthorityAttests() {
        var team = allow(",\"callerAttributes\":{\"team\":[\"ops\",\"dba\"]}");
        var asking = asking();
        assertThat(asking.allowed(team)).isFalse();
        asking.callerAttributes = Map.of("team", "dba");
        assertThat(asking.allowed(team)).isTrue();
        asking.callerAttributes = Map.of("team", "dev");
        assertThat(asking.allowed(team)).isFalse();

        var site = allow(",\"nodeAttributes\":{\"site\":\"ams\"}");
        assertThat(asking.allowed(site)).isFalse();
        asking.node = new Situation(Map.of("site", "ams"), Fields.EMPTY, true);
        assertThat(asking.allowed(site)).isTrue();
    }

    /** What is not attested is judged: it is none of the values. */
    @Test
    void aRuleThatDeniesAnAttributeDeniesThoseWhoHaveItAndNobodyElse() {
        var team = deny(",\"callerAttributes\":{\"team\":[\"dev\",\"dba\"]}");
        var site = deny(",\"nodeAttributes\":{\"site\":\"ams\"}");
        var asking = asking();
        assertThat(asking.allowed(team)).isTrue();
        assertThat(asking.allowed(site)).isTrue();
        asking.callerAttributes = Map.of("team", "dba");
        asking.node = new Situation(Map.of("site", "ams"), Fields.EMPTY, true);
        assertThat(asking.allowed(team)).isFalse();
        assertThat(asking.allowed(site)).isFalse();
        asking.callerAttributes = Map.of("team", "ops");
        asking.node = new Situation(Map.of("site", "fra"), Fields.EMPTY, true);
        assertThat(asking.allowed(team)).isTrue();
        assertThat(asking.allowed(site)).isTrue();
    }

    @Test
    void localFactsThatCannotBeReadNeverAllowAndAlwaysDeny() {
        var staging = ",\"facts\":{\"env.stage\":[\"staging\"]}";
        var facts = Fields.EMPTY.with("env", Fields.EMPTY.with("stage", "staging"));
        var asking = asking();
        assertThat(asking.allowed(allow(staging))).isFalse();
        assertThat(asking.allowed(deny(staging))).isTrue();
        asking.node = new Situation(Map.of(), facts, true);
        assertThat(asking.allowed(allow(staging))).isTrue();
        assertThat(asking.allowed(deny(staging))).isFalse();
        asking.node = new Situation(Map.of(), facts, false);
        assertThat(asking.allowed(allow(staging))).isFalse();
        asking.node = new Situation(Map.of(), Fields.EMPTY, false);
        assertThat(asking.allowed(deny(staging))).isFalse();
    }

    @Test
    void collectivesAndTheNumberOfTargetsAreLimits() {
        var policy = allow(",\"collectives\":[\"dr\"],\"maxTargets\":10");
        var asking = asking();
        assertThat(asking.allowed(policy)).isFalse();
        asking.collective = "dr";
        asking.targets = OptionalInt.of(10);
        assertThat(asking.allowed(policy)).isTrue();
        asking.targets = OptionalInt.of(11);
        assertThat(reason(asking.of(policy))).isEqualTo(Reason.TOO_MANY_TARGETS);
        asking.targets = OptionalInt.empty();
        assertThat(reason(asking.of(policy))).isEqualTo(Reason.TOO_MANY_TARGETS);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T07:29:59Z, false", // a Friday
        "2026-11-20T07:30:00Z, true",
        "2026-11-20T15:59:59Z, true",
        "2026-11-20T16:00:00Z, false",
        "2026-11-21T12:00:00Z, false",
        "2026-07-17T06:30:00Z, true", // summer time
        "2026-07-17T15:00:00Z, false"
    })
    void timesAreThoseOfTheirZone(Instant at, boolean allowed) {
        var policy =
                allow(
                        ",\"times\":[{\"days\":[\"mon\",\"fri\"],\"from\":\"08:30\","
                                + "\"to\":\"17:00\",\"zone\":\"Europe/Berlin\"}]");
        var asking = asking();
        asking.at = Optional.of(at);
        assertThat(asking.allowed(policy)).isEqualTo(allowed);
        if (!allowed) {
            assertThat(reason(asking.of(policy))).isEqualTo(Reason.WINDOW);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T21:59:00Z, false",
        "2026-11-20T22:00:00Z, true", // Friday evening
        "2026-11-21T03:59:00Z, true", // Saturday morning is still Friday's
        "2026-11-21T04:00:00Z, false",
        "2026-11-20T03:00:00Z, false" // Friday morning is Thursday's
    })
    void aNightIsOfTheDayOnWhichItBegins(Instant at, boolean allowed) {
        var policy = allow(",\"times\":[{\"days\":[\"fri\"],\"from\":\"22:00\",\"to\":\"04:00\"}]");
        var asking = asking();
        asking.at = Optional.of(at);
        assertThat(asking.allowed(policy)).isEqualTo(allowed);
    }

    @Test
    void whereNobodyKnowsTheTimeItNeverAllowsAndAlwaysDenies() {
        var asking = asking();
        asking.at = Optional.empty();
        var always = ",\"times\":[{\"zone\":\"UTC\"}]";
        assertThat(asking().allowed(allow(always))).isTrue();
        assertThat(asking.allowed(allow(always))).isFalse();
        assertThat(reason(asking.of(allow(always)))).isEqualTo(Reason.WINDOW);
        var night = ",\"times\":[{\"from\":\"01:00\",\"to\":\"02:00\"}]";
        assertThat(asking().allowed(deny(night))).isTrue();
        assertThat(asking.allowed(deny(night))).isFalse();
    }

    @Test
    void soManyAnHourAndNoMore() {
        var policy = allow(",\"perHour\":3");
        var asking = asking();
        asking.used = 2;
        assertThat(asking.allowed(policy)).isTrue();
        asking.used = 3;
        assertThat(reason(asking.of(policy))).isEqualTo(Reason.TOO_OFTEN);
    }

    @Test
    void approvalsAreOfDifferentPeopleWithDifferentKeysAndNeverTheRequesters() {
        var policy = allow(",\"approvals\":{\"count\":2,\"by\":[\"group/leads\"]}");
        assertThat(reason(asking().of(policy))).isEqualTo(Reason.APPROVAL_MISSING);
        assertThat(asking().approvedBy("bob").allowed(policy)).isFalse();
        assertThat(asking().approvedBy("bob").approvedBy("carol").allowed(policy)).isTrue();
        assertThat(asking().approvedBy("bob").approvedBy("mallory").allowed(policy))
                .as("without the right")
                .isFalse();
        assertThat(asking().approvedBy("bob").approvedBy("bob", "another key").allowed(policy))
                .as("one person, two certificates")
                .isFalse();
        assertThat(asking().approvedBy("bob").approvedBy("carol", "key of bob").allowed(policy))
                .as("one key, two names")
                .isFalse();
        assertThat(asking().approvedBy("bob").approvedBy("carol", "key of alice").allowed(policy))
                .as("the requester's key under another name")
                .isFalse();
        assertThat(asking().by("bob").approvedBy("bob").approvedBy("carol").allowed(policy))
                .isFalse();
    }

    @Test
    void nobodyApprovesTheirOwnRequest() {
        var policy = allow(",\"approvals\":{\"count\":1,\"by\":[\"operator/*\"]}");
        assertThat(asking().approvedBy("alice").allowed(policy)).isFalse();
        assertThat(asking().approvedBy("alice", "another key").allowed(policy)).isFalse();
        assertThat(asking().approvedBy("bob").allowed(policy)).isTrue();
    }

    @Test
    void explainingTellsOfEveryRuleWhatHeldAndWhatDidNot() {
        var policy = allow(",\"name\":\"by day\",\"maxTargets\":2,\"collectives\":[\"main\"]");
        var asking = asking();
        asking.targets = OptionalInt.of(3);
        var explanation = policy.explain(asking.application(), Rule.Usage.NONE);
        assertThat(explanation.decision().basis())
                .isEqualTo("rule 1 (by day) would allow it, but: at most 2 targets; it is for 3");
        assertThat(explanation.findings().getFirst().missing())
                .extracting(Check::condition)
                .containsExactly(Check.Condition.TARGETS);
        assertThat(explanation.decision()).isEqualTo(asking.of(policy));
    }
}
