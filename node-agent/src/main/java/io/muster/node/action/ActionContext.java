package io.muster.node.action;

import io.muster.message.Identity;
import io.muster.message.RequestId;
import io.muster.node.host.Host;
import io.muster.node.output.Outlet;

import java.time.Duration;

/**
 * What an action may know of the request it serves, and of the node it runs on.
 *
 * @param request the request's id
 * @param caller who asked
 * @param dryRun only say what would be done
 * @param deadline when the answer has to be there, as {@link System#nanoTime} counts: a clock that
 *     is set meanwhile changes nothing
 * @param node the node
 * @param outlet where the words of its program go, beside the reply
 */
public record ActionContext(
        RequestId request,
        Identity caller,
        boolean dryRun,
        long deadline,
        Node node,
        Outlet outlet) {

    /** The machine. */
    public Host host() {
        return node.host();
    }

    /** How much time is left; never less than a second, since the caller watches the deadline. */
    public Duration remaining() {
        var left = Duration.ofNanos(deadline - System.nanoTime());
        return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
    }
}
