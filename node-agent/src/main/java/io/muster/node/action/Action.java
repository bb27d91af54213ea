package io.muster.node.action;

import io.muster.action.ActionSpec;
import io.muster.action.Input;
import io.muster.exec.Result;
import io.muster.message.Outcome;
import io.muster.node.output.Hearing;

import java.io.IOException;

/**
 * One thing this node can do.
 *
 * <p>Called for requests that were verified, allowed and recorded, with inputs that passed the
 * spec; each call on a virtual thread of its own, several at a time. An interrupt means that time
 * is up, that the node agent stops, or that somebody cancelled it: the action ends soon, and
 * returns {@code ok} or {@code changed} only if it is done all the same. What else it returns after
 * it was cancelled is told as how far it came. A dry run is only asked for if the spec offers it,
 * and changes nothing.
 */
public interface Action {

    /** What an action does when it is run. */
    interface Body {
        /** As {@link Action#run}. */
        Performed run(Input input, ActionContext context) throws IOException;
    }

    /** What it is called and takes. */
    ActionSpec spec();

    /**
     * Does it. What it could not do is an outcome too.
     *
     * @throws IOException if the machine's files or programs failed it in a way it did not expect;
     *     the caller makes that a failed outcome with the code {@code host}
     */
    Performed run(Input input, ActionContext context) throws IOException;

    /**
     * What became of it, if its program outlived the process that ran the action, and came to its
     * end.
     *
     * @param hearing has heard all that the program said
     */
    default Outcome ended(Result result, Hearing hearing, ActionContext context) {
        return new Outcome.Interrupted("it was cut off in the middle");
    }

    /** How many bytes of each stream its reply holds, if it outlives the process that runs it. */
    default int inReply() {
        return 0;
    }

    /** The action of that spec that does this. */
    static Action of(ActionSpec spec, Body body) {
        return new Action() {
            @Override
            public ActionSpec spec() {
                return spec;
            }

            @Override
            public Performed run(Input input, ActionContext context) throws IOException {
                return body.run(input, context);
            }
        };
    }
}
