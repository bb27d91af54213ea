package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Targets;
import io.muster.controller.rollout.Preview;
import io.muster.message.ActionName;

/**
 * Shows a run as it goes. Called on the thread of the command, in this order: started once,
 * previewed and discovered at most once, replied for each last word as it comes, finished at most
 * once.
 */
public interface Renderer {
    /** The targets are being looked for. */
    void started(ActionName action);

    /**
     * What the run would be; then it goes on as usual if the nodes can say what they would change,
     * and ends otherwise.
     */
    default void previewed(Preview preview) {}

    /** The targets are frozen, and the request is about to go out. */
    void discovered(Targets targets);

    /** A target has given its last word. */
    void replied(Entry entry);

    /** It is over. */
    void finished(Report report);
}
