package io.muster.node;

import io.muster.action.ActionSpec;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** What was begun in an earlier life, and goes on in this one. */
interface Survivor {
    Question question();

    ActionSpec spec();

    /** When it was begun. */
    Instant since();

    /** How long it may take until {@link #end} has returned. */
    Duration limit();

    /** Waits for its end; interrupted, it ends it, or leaves it alone if this process ends. */
    Performed end(ActionContext context) throws IOException;
}
