package io.muster.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.action.ActionSpec;
import io.muster.action.BuiltIn;
import io.muster.message.MalformedException;
import io.muster.message.Reason;
import io.muster.policy.Policy.Decision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Freezes and maintenance windows: when nothing begins, whoever may, and when it may again. */
class CalendarTest {
    /** A Friday. */
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static final String FREEZE =
            """
            "freezes":[{"from":"2026-11-20T13:00","to":"2026-11-23T09:00","zone":"Europe/Berlin",
                        "reason":"the shop is open","except":["group/leads"]}]
            """;
    private static final String NIGHTS =
            """
            "maintenance":[{"times":[{"days":["fri"],"from":"22:00","to":"04:00"}],
                            "classes":["destructive"]}]
            """;

    private static Calendar calendar(String... parts) {
        return Policy.parse(
                        "{\"groups\":{\"leads\":[\"operator/carol\"]},\"rules\":[],"
                                + String.join(",", parts)
                                + "}")
                .calendar();
    }

    private static Optional<Decision> asks(
            Calendar calendar, String who, ActionSpec spec, Instant at) {
        return calendar.objection(Asking.operator(who), spec, Optional.of(at));
    }

    private static Decision.Denied denied(Optional<Decision> decision) {
        return (Decision.Denied) decision.orElseThrow();
    }

    @Test
    void inAFreezeNothingThatChangesBeginsButByThoseWhoAreNamed() {
        var frozen = calendar(FREEZE);
        for (var spec : List.of(BuiltIn.PUPPET_RUN, BuiltIn.NODE_REBOOT)) {
            var denied = denied(asks(frozen, "alice", spec, NOON));
            assertThat(denied.reason()).isEqualTo(Reason.FROZEN);
            assertThat(denied.why())
                    .isEqualTo(
                            "frozen: the shop is open; it may begin from 2026-11-23T08:00:00Z on");
            assertThat(asks(frozen, "carol", spec, NOON)).isEmpty();
            assertThat(asks(frozen, "alice", spec, NOON.minusSeconds(1))).isEmpty();
            assertThat(asks(frozen, "alice", spec, Instant.parse("2026-11-23T08:00:00Z")))
                    .isEmpty();
        }
    }

    @Test
    void lookingStoppingAndLockingAreAlwaysInTime() {
        var closed = calendar(FREEZE, NIGHTS);
        for (var spec : List.of(BuiltIn.NODE_PING, BuiltIn.NODE_CANCEL, BuiltIn.TRUST_LOCK)) {
            assertThat(asks(closed, "alice", spec, NOON)).isEmpty();
        }
    }

    @Test
    void outsideOfItsWindowsItIsSaidWhenTheNextOneOpens() {
        var nights = calendar(NIGHTS);
        var denied = denied(asks(nights, "alice", BuiltIn.NODE_REBOOT, NOON));
        assertThat(denied.reason()).isEqualTo(Reason.WINDOW);
        assertThat(denied.why())
                .isEqualTo(
                        "only in maintenance windows, fri 22:00-04:00 UTC; it may begin from"
                                + " 2026-11-20T22:00:00Z on");
        assertThat(asks(nights, "alice", BuiltIn.PUPPET_RUN, NOON)).isEmpty();
        var night = Instant.parse("2026-11-21T03:59:00Z");
        assertThat(asks(nights, "alice", BuiltIn.NODE_REBOOT, night)).isEmpty();
        assertThat(denied(asks(nights, "alice", BuiltIn.NODE_REBOOT, night.plusSeconds(60))).why())
                .contains("2026-11-27T22:00:00Z");
    }

    @Test
    void aFreezeOverAWindowMovesTheOpeningToTheNextOne() {
        var denied = denied(asks(calendar(FREEZE, NIGHTS), "alice", BuiltIn.NODE_REBOOT, NOON));
        assertThat(denied.reason()).isEqualTo(Reason.FROZEN);
        assertThat(denied.why()).endsWith("from 2026-11-27T22:00:00Z on");
    }

    @Test
    void windowsThatNeverMeetNeverOpenAndThatIsWarnedOf() {
        var never =
                calendar(
                        """
                        "maintenance":[{"times":[{"days":["mon"]}]},{"times":[{"days":["tue"]}]}]
                        """);
        assertThat(denied(asks(never, "alice", BuiltIn.PUPPET_RUN, NOON)).why())
                .contains("not begin in the next two years");
        assertThat(Lint.of(new Policy(List.of(), never), BuiltIn.all(), NOON))
                .containsExactly("maintenance: the windows never open all at once");
    }

    @Test
    void nobodyWhoDoesNotKnowTheTimeChangesAnything() {
        var unknown =
                calendar(FREEZE)
                        .objection(Asking.operator("alice"), BuiltIn.PUPPET_RUN, Optional.empty());
        assertThat(denied(unknown).reason()).isEqualTo(Reason.FROZEN);
    }

    @Test
    void whatIsHardlyMeantSoIsWarnedOf() {
        var odd =
                calendar(
                        """
                        "freezes":[{"from":"2026-01-01T00:00","to":"2026-02-01T00:00","reason":"old"},
                                   {"from":"2026-12-01T00:00","to":"2027-12-01T00:00",
                                    "reason":"long","actions":["puppet.rum"]}]
                        """);
        assertThat(Lint.of(new Policy(List.of(), odd), BuiltIn.all(), NOON))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("was over"))
                .anySatisfy(line -> assertThat(line).contains("more than 90 days"))
                .anySatisfy(line -> assertThat(line).contains("puppet.rum", "puppet.run"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"freezes\":[{\"from\":\"2026-11-20T13:00\",\"to\":\"2026-11-20T13:00\",\"reason\":\"x\"}]",
                "\"freezes\":[{\"from\":\"2026-11-20T13:00\",\"to\":\"2026-11-21T13:00\"}]",
                "\"freezes\":[{\"from\":\"tomorrow\",\"to\":\"2026-11-21T13:00\",\"reason\":\"x\"}]",
                "\"maintenance\":[{\"times\":[]}]",
                "\"maintenance\":[{\"times\":[{\"days\":[\"mon\"]}],\"classes\":[\"read\"]}]",
                "\"maintenance\":[{\"times\":[{\"days\":[\"mon\"]}],\"except\":[\"group/none\"]}]",
                "\"maintenance\":[{\"times\":[{\"days\":[\"mon\"]}],\"because\":\"x\"}]"
            })
    void whatMakesNoSenseMakesTheWholePolicyUnreadable(String part) {
        assertThatThrownBy(() -> calendar(part))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("policy: ");
    }

    @Test
    void aSecondPolicyAddsToItAndTakesNothingAway() {
        var both = calendar(NIGHTS).and(calendar(FREEZE));
        assertThat(denied(asks(both, "alice", BuiltIn.PUPPET_RUN, NOON)).reason())
                .isEqualTo(Reason.FROZEN);
        assertThat(asks(both, "carol", BuiltIn.PUPPET_RUN, NOON)).isEmpty();
        assertThat(denied(asks(both, "carol", BuiltIn.NODE_REBOOT, NOON)).reason())
                .isEqualTo(Reason.WINDOW);
    }
}
