package io.muster.controller.rollout;

import io.muster.action.ActionSpec;
import io.muster.controller.discovery.Targets;

import java.util.Optional;

/**
 * What a run would be, before anything of it is sent.
 *
 * @param spec what would be done
 * @param targets to whom, and who is away
 * @param rollout in which steps, and what would stop it
 * @param schedule who is in which batch
 * @param halt why nothing at all would be sent, if so
 */
public record Preview(
        ActionSpec spec, Targets targets, Rollout rollout, Schedule schedule, Optional<Halt> halt) {

    /** Whether the nodes can say what would be changed. */
    public boolean telling() {
        return spec.dryRun();
    }
}
