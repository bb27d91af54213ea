package io.muster.controller.cli;

import io.muster.controller.Amount;
import io.muster.controller.Past;

import picocli.CommandLine.Option;

import java.util.Optional;

/** How much more may go wrong than was typed when the run began. */
final class BudgetOptions {
    @Option(
            names = "--max-failed",
            paramLabel = "N|N%",
            description = "So many failures in the whole run, instead.")
    private Optional<String> maxFailed = Optional.empty();

    @Option(
            names = "--max-offline",
            paramLabel = "N|N%",
            description = "So many targets away, instead.")
    private Optional<String> maxOffline = Optional.empty();

    /** Complains now about what would otherwise be found out later. */
    void check() {
        failures();
        absences();
    }

    /** Whether anything was typed. */
    boolean given() {
        return maxFailed.isPresent() || maxOffline.isPresent();
    }

    /** The run with these. */
    Past in(Past past) {
        var rollout = past.rollout();
        var counted = failures().map(rollout::failing).orElse(rollout);
        return past.within(absences().map(counted::missing).orElse(counted));
    }

    private Optional<Amount> failures() {
        return maxFailed.map(text -> RolloutOptions.parsed("--max-failed", text, Amount::parse));
    }

    private Optional<Amount> absences() {
        return maxOffline.map(text -> RolloutOptions.parsed("--max-offline", text, Amount::parse));
    }
}
