package io.muster.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.BuiltIn;
import io.muster.controller.ask.Strays;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.message.NodeId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

class ExitCodeTest {

    private static TargetState state(String word) {
        return TargetState.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Report report(List<String> unknown, String... states) {
        var targets = new ArrayList<Target>();
        var entries = new ArrayList<Entry>();
        for (var state : states) {
            var id = new NodeId("n-" + targets.size());
            var target = new Target(id, "", Presence.UP, Optional.empty());
            targets.add(target);
            entries.add(Entry.silent(target, state(state)));
        }
        return new Report(
                BuiltIn.NODE_PING.name(),
                new Targets(targets, unknown, "presence", Duration.ZERO, List.of()),
                entries,
                Strays.Tally.NONE,
                Duration.ZERO,
                Optional.empty(),
                false,
                Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "ok, 0",
        "ok changed, 0",
        "ok failed, 4",
        "refused, 4",
        "interrupted ok, 4",
        "failed no-reply, 4",
        "ok no-reply, 5",
        "ok offline, 5",
        "expired, 5",
        "not-sent, 5",
        "ok cancelled, 5"
    })
    void theWorstStateDecides(String states, int code) {
        var report = report(List.of(), states.split(" "));
        assertThat(ExitCode.of(report).number()).isEqualTo(code);
    }

    @Test
    void nobodyIsThree() {
        assertThat(ExitCode.of(report(List.of()))).isEqualTo(ExitCode.NOBODY);
    }

    @Test
    void whoWasNamedAndIsNotKnownIsNoSuccess() {
        assertThat(ExitCode.of(report(List.of("web99"), "ok"))).isEqualTo(ExitCode.INCOMPLETE);
    }
}
