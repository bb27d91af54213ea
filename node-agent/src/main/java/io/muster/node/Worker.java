package io.muster.node;

import io.muster.action.Input;
import io.muster.node.action.Action;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Performed;

import java.io.IOException;

/** Runs the actions of accepted requests; threads, interrupts and failures as {@link Action}. */
interface Worker {

    /** This process does it itself. */
    Worker HERE = (_, action, input, context) -> action.run(input, context);

    /** Runs it. */
    Performed run(Question question, Action action, Input input, ActionContext context)
            throws IOException;
}
