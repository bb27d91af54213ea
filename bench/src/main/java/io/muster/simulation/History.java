package io.muster.simulation;

import io.muster.audit.Inspection;
import io.muster.controller.rollout.Halt;
import io.muster.controller.runs.PastRun;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Request;
import io.muster.message.RequestId;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is left when all is over: what was really done, what each node wrote down, and what was
 * written down of each run and told about it.
 *
 * @param marks what deeds themselves left behind
 * @param nodes what each node has
 * @param runs what the operators have
 * @param skew how far clocks may differ
 * @param extents how large has become what is kept
 */
public record History(
        List<Mark> marks,
        Map<NodeId, OfNode> nodes,
        List<OfRun> runs,
        Duration skew,
        List<Extent> extents) {

    /**
     * How much is kept of something, and how much may be.
     *
     * @param what is kept
     * @param size in bytes, or how many there are
     */
    public record Extent(String what, long size, long most) {}

    /**
     * Of one node.
     *
     * @param begun what it wrote down before it began
     * @param ended how what it began or refused ended, by its last word
     * @param accepted what its audit log says it was about to begin
     * @param audit what its audit log is worth
     * @param full whether its disk was full at some time: what was done may have been told and not
     *     be written down, and after a crash it is taken for interrupted
     */
    public record OfNode(
            Map<RequestId, Begun> begun,
            Map<RequestId, Reply> ended,
            Set<RequestId> accepted,
            Inspection audit,
            boolean full) {

        /** Whether its journal tells of that request. */
        boolean wrote(RequestId request) {
            return begun.containsKey(request) || ended.containsKey(request);
        }
    }

    /** That a node is about to begin. */
    public record Begun(String digest, Instant at) {}

    /**
     * Of one run.
     *
     * @param run what was written down of it
     * @param requests what was sent, as it was signed; those that nobody may sign are not in it
     * @param steps in which order it was sent and heard of
     * @param shown the state of each target that the operator was told last, if anything
     */
    public record OfRun(
            PastRun run,
            Map<RequestId, Signed> requests,
            List<Step> steps,
            Optional<Map<NodeId, String>> shown) {}

    /** A request whose signature is good. */
    public record Signed(Request request, String digest) {}

    /** One thing that was written down of a run. */
    public sealed interface Step {
        /** A request is about to go out to these. */
        record Sent(RequestId request, List<NodeId> to) implements Step {}

        /** A node's last word. */
        record Heard(NodeId node, Outcome outcome) implements Step {
            /** Whether it would not because something is locked. */
            boolean locked() {
                return outcome instanceof Outcome.Refused refused
                        && refused.reason() == Reason.LOCKED;
            }
        }

        /** A node's word that the request is on its disk, so that whatever dies it has an end. */
        record Receipt(NodeId node, RequestId request) implements Step {}

        /** Whoever was at the run left it, stopped by that, if by anything. */
        record Left(Optional<Halt.Cause> by) implements Step {}
    }
}
