package io.muster.controller.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.controller.Amount;
import io.muster.controller.Fleet;
import io.muster.controller.Past;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.TargetState;
import io.muster.controller.Village;
import io.muster.controller.rollout.Ramp;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.journal.FaultyDisk;
import io.muster.message.ActionName;
import io.muster.message.Value.Fields;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** The disk of the operator has no room left in the middle of a run. */
class RunOnAFullDiskTest {
    @TempDir private Path directory;
    private final Village village = new Village();
    private final FaultyDisk disk = new FaultyDisk();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> notices = new ArrayList<>();

    @AfterEach
    void close() {
        village.close();
    }

    private Report run(ActionClass actionClass) {
        for (var id : List.of("n-1", "n-2")) {
            village.node(
                    id,
                    id,
                    _ -> {
                        asked.add(id);
                        disk.room(0);
                        return Village.HERE;
                    });
        }
        var run =
                new Run(
                        new ActionName("test.mark"),
                        actionClass,
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        false,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20));
        var targets = Village.targets(Village.up("n-1", "n-1"), Village.up("n-2", "n-2"));
        var rollout = Rollout.ALL_AT_ONCE.stepping(Ramp.of(new Amount(1, false)));
        var past = Past.none(run.action(), actionClass, run.timeout(), rollout, targets);
        var runs = new RunsDirectory(directory, Duration.ofDays(1), disk);
        try (var caller = village.caller();
                var book =
                        runs.begin(
                                Plan.of(run, rollout, caller),
                                targets,
                                past.schedule(),
                                Instant.now(),
                                new Random(1),
                                notices::add)) {
            var fleet = new Fleet(caller);
            return fleet.run(past, fleet.signing(run, targets), book, _ -> {});
        }
    }

    /** Whoever goes on with the run would send to them again. */
    @Test
    void nobodyElseIsSentToOnceAnAnswerCouldNotBeWrittenDown() {
        var report = run(ActionClass.CHANGE);
        assertThat(asked).containsExactly("n-1");
        assertThat(report.count(TargetState.NOT_SENT)).isEqualTo(1);
        assertThat(report.problem().orElseThrow()).contains("not written down any further");
    }

    @Test
    void whatOnlyLooksGoesOn() {
        var report = run(ActionClass.READ);
        assertThat(asked).containsExactly("n-1", "n-2");
        assertThat(report.count(TargetState.OK)).isEqualTo(2);
        assertThat(notices).isNotEmpty();
    }
}
