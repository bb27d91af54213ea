package io.muster.controller.approval;

import io.muster.approval.Proposal;
import io.muster.controller.ask.Hub;
import io.muster.controller.ask.Hub.HubException;
import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The hub's board of proposals, asked over the bus. What it says is not believed: whoever uses a
 * proposal looks into it. For one thread.
 */
public final class Board {
    private final Hub hub;

    /**
     * The board of that hub; every method throws {@link Hub.HubException} if it does not answer.
     */
    public Board(Hub hub) {
        this.hub = hub;
    }

    /** Leaves a proposal there. */
    public void propose(Proposal proposal) throws InterruptedException {
        hub.ask("hub.propose", proposal.toValue());
    }

    /** Those that wait there; only the one with that id, if it is named. */
    public List<Proposal> list(Optional<RequestId> one) throws InterruptedException {
        var arguments = one.map(id -> Fields.EMPTY.with("id", id.value())).orElse(Fields.EMPTY);
        var proposals = new ArrayList<Proposal>();
        for (var part : hub.ask("hub.proposals", arguments)) {
            try {
                proposals.add(Proposal.of(part));
            } catch (MalformedException e) {
                throw new HubException("the hub handed out nonsense: " + e.problem());
            }
        }
        return proposals;
    }

    /** Leaves an approval there. */
    public void approve(RequestId id, Bytes approval) throws InterruptedException {
        hub.ask(
                "hub.approve",
                Fields.EMPTY.with("id", id.value()).with("approval", approval.base64()));
    }
}
