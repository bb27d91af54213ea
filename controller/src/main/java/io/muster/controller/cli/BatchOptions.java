package io.muster.controller.cli;

import io.muster.action.ActionSpec;
import io.muster.controller.Amount;
import io.muster.controller.Batches;

import picocli.CommandLine.Option;

import java.util.Optional;

/** How much may go wrong at once. */
final class BatchOptions {
    @Option(
            names = "--batch",
            paramLabel = "N|N%",
            description = {
                "So many nodes at a time. Destructive actions: a tenth,",
                "and ten at most, unless given; others: all at once."
            })
    private Optional<String> batch = Optional.empty();

    @Option(
            names = "--max-failed",
            paramLabel = "N|N%",
            description = {
                "Send to no further batch after more failures than",
                "this. Destructive actions: 1, unless given."
            })
    private Optional<String> maxFailed = Optional.empty();

    /** Complains now about what would otherwise be found out after the discovery. */
    void check() {
        size();
        failures();
    }

    /** Whether anything was typed. */
    boolean given() {
        return batch.isPresent() || maxFailed.isPresent();
    }

    /** As typed, or else as usual for the action's class. */
    Batches of(ActionSpec spec, boolean dryRun) {
        var usual = dryRun ? Batches.ALL_AT_ONCE : Batches.usual(spec.actionClass());
        // Who counts failures wants to stop in time, and so not to send to all at once.
        var base = failures().isPresent() ? Batches.CAREFUL : usual;
        var sized = size().map(base::of).orElse(base);
        return failures().map(sized::failing).orElse(sized);
    }

    private Optional<Amount> size() {
        var size = batch.map(text -> amount("--batch", text));
        if (size.filter(amount -> amount.number() == 0).isPresent()) {
            throw new UsageException("--batch: at least 1, or 1%");
        }
        return size;
    }

    private Optional<Amount> failures() {
        return maxFailed.map(text -> amount("--max-failed", text));
    }

    private static Amount amount(String option, String text) {
        try {
            return Amount.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + " " + e.getMessage());
        }
    }
}
