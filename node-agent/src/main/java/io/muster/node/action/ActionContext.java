package io.muster.node.action;

import io.muster.exec.Command;
import io.muster.exec.CommandRunner;
import io.muster.exec.Result;
import io.muster.exec.Stay;
import io.muster.exec.StdStream;
import io.muster.message.Identity;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.node.host.Host;
import io.muster.node.output.Follower;
import io.muster.node.output.Hearing;
import io.muster.node.output.Outlet;
import io.muster.node.output.Voice;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

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
 * @param voice tells the caller how it goes while it is under way
 * @param stay how its program stays if this process ends; empty if it does not
 */
public record ActionContext(
        RequestId request,
        Identity caller,
        boolean dryRun,
        long deadline,
        Node node,
        Outlet outlet,
        Voice voice,
        Optional<Stay> stay) {

    /** Which request it is. */
    public RequestKey key() {
        return new RequestKey(request, caller);
    }

    /** The same, with somebody to tell how it goes; nobody is told of what is secret. */
    public ActionContext heardBy(Voice listener) {
        return new ActionContext(request, caller, dryRun, deadline, node, outlet, listener, stay);
    }

    /**
     * Hears a program that is about to start.
     *
     * @param inReply how many bytes of each stream the reply will hold
     * @param live the streams that are told of while it runs, if the caller wishes it
     */
    public Hearing hearing(int inReply, Set<StdStream> live) {
        var hearing = outlet.open(inReply);
        return voice.equals(Voice.NONE) || outlet.equals(Outlet.NONE)
                ? hearing
                : Follower.of(hearing, voice, live);
    }

    /** Runs the program of this request, which outlives this process if its spec says so. */
    public Result run(CommandRunner runner, Command command, Hearing hearing) {
        if (stay.isEmpty()) {
            return runner.run(command, hearing);
        }
        try {
            return runner.run(command, hearing, stay.get());
        } catch (RuntimeException e) {
            // It is left alone, or gone without a word: what was heard of it is nobody's.
            var _ = hearing.end(Set.of());
            throw e;
        }
    }

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
