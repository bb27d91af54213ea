package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testing.Needed;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** A node agent of the distribution on a machine whose clock is wrong. Needs libfaketime. */
class WrongClockIT {
    private static final String TEN_MINUTES_AHEAD = "+10m";
    private static final String LONG_AGO = "@1970-01-01 00:01:00";
    private static final String ASK = "run node.ping --all-nodes --output jsonl";

    @TempDir private Path home;

    @BeforeEach
    void libfaketimeIsThere() {
        Needed.that(FakeTime.library().isPresent(), "libfaketime");
    }

    @Test
    void aNodeTenMinutesAheadRefusesSaysItsTimeAndIsFoundByTheDoctor() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            fleet.agent(TEN_MINUTES_AHEAD);
            fleet.nodeIsFound();

            var asked = fleet.run(ASK);
            assertThat(asked.process().exitValue()).as(asked.said()).isNotZero();
            assertThat(asked.said()).contains("\"state\":\"expired\"", "here it is");

            var doctor = fleet.run("doctor --output jsonl");
            assertThat(doctor.process().exitValue()).as(doctor.said()).isOne();
            assertThat(doctor.said()).containsPattern("\"offset\":(59|60)[0-9]{4}[,}]");
        }
    }

    @Test
    void challengedItDoesWhatQuotesItsNonce() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            fleet.setting("clock = challenge");
            fleet.agent(TEN_MINUTES_AHEAD);
            fleet.nodeIsFound();
            fleet.letItGo();

            var asked = fleet.run("run test.mark --all-nodes --yes --challenge --output jsonl");
            assertThat(asked.process().exitValue()).as(asked.said()).isZero();
            assertThat(fleet.marks()).hasSize(1);
        }
    }

    @Test
    void aNodeIn1970SaysWhatIsWrongAndCanBeStartedAgain() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            var agent = fleet.agent(LONG_AGO);
            assertThat(fleet.status(agent)).as(agent.said()).isOne();
            assertThat(agent.said()).contains("this machine's clock says 1970-01-01", "NTP");
        }
    }

    @Test
    void challengedItDoesItsWorkIn1970Too() throws Exception {
        try (var fleet = new SmallFleet(home)) {
            fleet.setting("clock = challenge");
            fleet.agent(LONG_AGO);
            fleet.nodeIsFound();
            fleet.letItGo();

            var looked = fleet.run(ASK);
            assertThat(looked.process().exitValue()).as(looked.said()).isZero();
            var byTheClock = fleet.run("run test.mark --all-nodes --yes --output jsonl");
            assertThat(byTheClock.said()).contains("\"reason\":\"from-future\"");
            assertThat(fleet.marks()).isEmpty();
            var asked = fleet.run("run test.mark --all-nodes --yes --challenge --output jsonl");
            assertThat(asked.process().exitValue()).as(asked.said()).isZero();
            assertThat(fleet.marks()).hasSize(1);
        }
    }
}
