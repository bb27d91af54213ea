package io.muster.controller.cli;

import io.muster.action.ActionClass;
import io.muster.action.ActionSpec;
import io.muster.controller.ask.Hub.HubException;
import io.muster.controller.discovery.Presence;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.controller.queue.QueueDesk;
import io.muster.controller.render.LiveRenderer;
import io.muster.message.Escape;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.Optional;

/** What makes a change deliberate. */
final class RunOptions {
    private static final Duration LONGEST_QUEUE = Duration.ofDays(7);

    @Option(
            names = "--dry-run",
            description = {
                "Only say who would be sent to, in which steps; and",
                "what would be changed there, if the action can."
            })
    private boolean dryRun;

    @Option(names = "--all-nodes", description = "Yes, every node: needed without a filter.")
    private boolean allNodes;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask for the number of nodes.")
    private boolean yes;

    @Option(
            names = "--challenge",
            description = {
                "Quote the nonces that nodes announced last which do not",
                "trust their clocks (clock = challenge): what those say",
                "does not matter then. What only looks does so unasked."
            })
    private boolean challenge;

    @Option(
            names = "--follow",
            description = {
                "Show what the programs say and how far they are while",
                "they run; with text and jsonl."
            })
    private boolean follow;

    @Option(
            names = "--queue",
            paramLabel = "TIME",
            description = {
                "Leave it at the hub for nodes that are away, for so",
                "long: 24h, at most 7d. Not for what is destructive.",
                "muster queue shows it."
            })
    private Optional<String> queue = Optional.empty();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = {
                "If a node is at another change, wait for it for so long",
                "and try again; it refuses otherwise, as busy."
            })
    private Optional<String> wait = Optional.empty();

    /** For how long to wait for a node that is at another change. */
    Duration waiting() {
        return wait.map(text -> TimeOptions.span("--wait", text)).orElse(Duration.ZERO);
    }

    private void checkWait(ApprovalOptions approvals) {
        if (waiting().isPositive() && (approvals.wanted() || approvals.from().isPresent())) {
            throw new UsageException(
                    "--wait: what others approve is one request, and nodes answer it once");
        }
    }

    /** For how long it may wait for nodes that are away, if it may. */
    Optional<Duration> queue() {
        return queue.map(text -> TimeOptions.span("--queue", text));
    }

    /**
     * Complains about waiting of what cannot wait.
     *
     * @param spec of the action
     */
    void checkQueue(ActionSpec spec) {
        if (queue.isPresent() && spec.actionClass() == ActionClass.DESTRUCTIVE) {
            throw new UsageException(
                    "--queue: "
                            + spec.name()
                            + " is destructive, and so is meant for one boot of a node; one that is"
                            + " away cannot say which that will be: run it when it is back");
        }
    }

    /**
     * Asks the hub, before anything is sent, whether it will keep what is meant for those who are
     * away: a hub may keep nothing at all.
     */
    void checkRoom(Session session, Targets found) throws InterruptedException {
        if (queue.isEmpty()) {
            return;
        }
        var away = found.offline().stream().filter(t -> t.presence() != Presence.FROZEN);
        try {
            var ids = away.map(Target::id).toList();
            var full = new QueueDesk(session.desk()).full(ids);
            if (!full.isEmpty()) {
                throw new UnableException(
                        "--queue: nothing was sent: the hub has no room for "
                                + full.size()
                                + " of "
                                + ids.size()
                                + " that are away: "
                                + Escape.line(full.values().iterator().next())
                                + "; muster queue --own shows what of yours waits, and muster"
                                + " queue withdraw makes room");
            }
        } catch (HubException e) {
            throw new UnableException(
                    "--queue: nothing was sent: "
                            + Escape.line(String.valueOf(e.getMessage()))
                            + "; without --queue, those who are away are left out");
        }
    }

    private void checkQueue(ApprovalOptions approvals) {
        var span = queue();
        if (span.filter(s -> s.compareTo(LONGEST_QUEUE) > 0).isPresent()) {
            throw new UsageException("--queue " + queue.get() + ": at most 7d");
        }
        if (span.isPresent() && challenge) {
            throw new UsageException("--queue: who is away announces no nonce for --challenge");
        }
        if (span.isPresent() && (approvals.wanted() || approvals.from().isPresent())) {
            throw new UsageException("--queue: what others approve is not left at the hub");
        }
    }

    boolean follow() {
        return follow;
    }

    /** Complains now about what would otherwise be found out after the discovery. */
    void check(OutputOptions.Form form, ApprovalOptions approvals) {
        checkQueue(approvals);
        checkWait(approvals);
        if (!follow) {
            return;
        }
        if (form == OutputOptions.Form.JSON || form == OutputOptions.Form.NAMES) {
            throw new UsageException("--follow goes with --output text and jsonl");
        }
        if (approvals.wanted() || approvals.from().isPresent()) {
            throw new UsageException("--follow: what others approve is not followed");
        }
    }

    /** These targets, with word that they are many to be followed, if they are. */
    Targets followed(Targets targets) {
        var many = targets.online().size();
        return follow && many > LiveRenderer.MANY
                ? targets.noting("following " + many + " nodes at once: --batch makes them fewer")
                : targets;
    }

    boolean challenge() {
        return challenge;
    }

    boolean dryRun() {
        return dryRun;
    }

    boolean allNodes() {
        return allNodes;
    }

    boolean yes() {
        return yes;
    }
}
