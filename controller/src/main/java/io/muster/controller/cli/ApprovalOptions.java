package io.muster.controller.cli;

import io.muster.message.Bounds;

import picocli.CommandLine.Option;

import java.util.Optional;
import java.util.stream.Stream;

/** Whom else it needs. */
final class ApprovalOptions {
    @Option(
            names = "--propose",
            description = "Leave it at the hub until others have approved it, then send it.")
    private boolean propose;

    @Option(
            names = "--propose-to",
            paramLabel = "FILE",
            description = "Write it to a file for others to approve; sends nothing.")
    private Optional<String> proposeTo = Optional.empty();

    @Option(
            names = "--approvals-from",
            paramLabel = "FILE",
            description = "Send what that file proposes, with the approvals in it.")
    private Optional<String> approvalsFrom = Optional.empty();

    @Option(
            names = "--approvals",
            paramLabel = "N",
            description = "So many must have approved it; 1 unless given.")
    private Optional<Long> approvals = Optional.empty();

    /** Complains now about what would otherwise be found out after the discovery. */
    void check() {
        var ways =
                Stream.of(propose, proposeTo.isPresent(), approvalsFrom.isPresent())
                        .filter(said -> said)
                        .count();
        if (ways > 1) {
            throw new UsageException("--propose, --propose-to, --approvals-from: only one of them");
        }
        if (approvals.isPresent() && !wanted()) {
            throw new UsageException("--approvals goes with --propose or --propose-to");
        }
        var number = approvals.orElse(1L);
        if (number < 1 || number > Bounds.MOST_APPROVALS) {
            throw new UsageException("--approvals: from 1 to " + Bounds.MOST_APPROVALS);
        }
    }

    /** Whether it is to be approved before anything is sent. */
    boolean wanted() {
        return propose || proposeTo.isPresent();
    }

    int number() {
        return approvals.orElse(1L).intValue();
    }

    Optional<String> proposeTo() {
        return proposeTo;
    }

    Optional<String> from() {
        return approvalsFrom;
    }
}
