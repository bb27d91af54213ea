package io.muster.controller.approval;

import io.muster.approval.Proposal;
import io.muster.approval.Proposal.Opened;
import io.muster.message.Identity;
import io.muster.security.Verifier;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Waits at the hub's board until a proposal has the approvals that it wants. For one thread. */
public final class Awaiting {
    private final Board board;
    private final Verifier verifier;
    private final InstantSource clock;
    private final Duration interval;

    /**
     * @param interval how often to look
     */
    public Awaiting(Board board, Verifier verifier, InstantSource clock, Duration interval) {
        this.board = board;
        this.verifier = verifier;
        this.clock = clock;
        this.interval = interval;
    }

    /**
     * Proposes it, and returns it with its approvals; empty if it expires before it has them all.
     *
     * @param told is told who has approved, whenever that changes
     * @throws InterruptedException if the thread is interrupted meanwhile: nothing was sent
     */
    public Optional<Opened> await(Proposal proposal, Consumer<List<Identity>> told)
            throws InterruptedException {
        var best = proposal.open(verifier);
        var id = best.request().id();
        var wanted = best.request().bounds().approvals();
        board.propose(proposal);
        while (best.approvers().size() < wanted) {
            if (!clock.instant().isBefore(best.request().expires())) {
                return Optional.empty();
            }
            Thread.sleep(interval);
            var there = board.list(Optional.of(id));
            if (there.isEmpty()) {
                // The hub keeps proposals in its memory only, and may have started again.
                board.propose(best.proposal());
                continue;
            }
            var now = there.getFirst().open(verifier);
            if (now.digest().equals(best.digest())
                    && now.approvers().size() > best.approvers().size()) {
                best = now;
                told.accept(best.approvers());
            }
        }
        return Optional.of(best);
    }
}
