package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.approval.Proposal;
import io.muster.approval.Proposal.Opened;
import io.muster.controller.Report;
import io.muster.controller.Run;
import io.muster.controller.approval.Awaiting;
import io.muster.controller.approval.Board;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Targets;
import io.muster.controller.render.Renderer;
import io.muster.controller.rollout.Rollout;
import io.muster.filter.Filter;
import io.muster.message.Escape;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Request;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A run that others have to approve: proposes it, waits, and sends it with their approvals. */
final class ApprovedRun {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Surroundings around;
    private final Session session;
    private final ApprovalOptions options;
    private final Renderer renderer;

    ApprovedRun(Surroundings around, Session session, ApprovalOptions options, Renderer renderer) {
        this.around = around;
        this.session = session;
        this.options = options;
        this.renderer = renderer;
    }

    /**
     * Proposes it to those targets; the report, shown already, unless nothing was sent because it
     * only was written to a file.
     */
    Optional<Report> propose(Run run, Targets found, Rollout rollout) throws InterruptedException {
        if (found.online().isEmpty()) {
            var report = Report.notSent(run.action(), found, List.of());
            renderer.finished(report);
            return Optional.of(report);
        }
        if (found.online().size() > most(run.actionClass())) {
            throw new UsageException(
                    "one request is for at most "
                            + most(run.actionClass())
                            + " nodes: propose it for fewer at a time");
        }
        var asked =
                session.fleet()
                        .propose(run, found, rollout, options.number(), ActionClass.APPROVED_TTL);
        var proposal = new Proposal(asked.message(), List.of());
        if (options.proposeTo().isPresent()) {
            var file = options.proposeTo().get();
            ApproveCommand.write(around, file, proposal);
            say("written to " + file + ", valid until " + asked.expires() + ". The others: muster");
            say(
                    "approve "
                            + file
                            + ". Then: muster run "
                            + run.action()
                            + " --approvals-from "
                            + file);
            return Optional.empty();
        }
        return Optional.of(send(await(proposal, asked), found, run.timeout()));
    }

    private static int most(ActionClass actionClass) {
        return actionClass == ActionClass.DESTRUCTIVE
                ? Request.MAX_TARGETS / 2
                : Request.MAX_TARGETS;
    }

    private Opened await(Proposal proposal, Asked asked) throws InterruptedException {
        say(
                "waits for "
                        + options.number()
                        + " to approve it until "
                        + asked.expires()
                        + ": muster approve "
                        + asked.id().brief());
        var board = new Board(session.desk());
        var awaiting = new Awaiting(board, session.verifier(), around.clock(), INTERVAL);
        try {
            return awaiting.await(proposal, this::told)
                    .orElseThrow(
                            () ->
                                    new UnableException(
                                            "not approved until "
                                                    + asked.expires()
                                                    + ": nothing was sent"));
        } catch (HubException e) {
            throw new UnableException(
                    Escape.line(String.valueOf(e.getMessage()))
                            + "; without the hub a proposal goes round as a file: --propose-to");
        }
    }

    private void told(List<Identity> approvers) {
        say(
                "approved by "
                        + String.join(", ", approvers.stream().map(Identity::brief).toList())
                        + " ("
                        + approvers.size()
                        + " of "
                        + options.number()
                        + ")");
    }

    /** Those that the request names, as they are now. */
    Targets targets(Opened opened) throws InterruptedException {
        var names =
                opened.request().targets().orElse(List.of()).stream().map(NodeId::value).toList();
        return session.find(Search.of(Filter.EVERYTHING).among(names));
    }

    /** Sends it in the steps that were approved with it. */
    Report send(Opened opened, Targets found, Duration timeout) throws InterruptedException {
        var request = opened.request();
        var asked =
                new Asked(
                        request.id(),
                        opened.digest(),
                        opened.proposal().message(),
                        request.expires());
        var rollout =
                request.bounds()
                        .budget()
                        .map(Rollout::of)
                        .orElseGet(() -> Rollout.usual(request.actionClass()));
        return new RecordedRun(around, session, renderer)
                .send(request, asked, found, timeout, rollout);
    }

    private void say(String line) {
        around.err().println(line);
        around.err().flush();
    }
}
