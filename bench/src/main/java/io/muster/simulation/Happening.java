package io.muster.simulation;

import io.muster.controller.rollout.Halt;

import java.util.Locale;
import java.util.Optional;

/**
 * What may happen in a simulation. Of many seeds some must have each: a promise that was never in
 * danger was not tried.
 */
public enum Happening {
    /** A process is killed. */
    KILLED,
    /** A machine loses its power. */
    POWER_LOST,
    /** A machine goes down in good order, and comes up in another boot. */
    REBOOTED,
    /** A node says goodbye, and is away for a while. */
    AWAY,
    /** A disk has no room. */
    DISK_FULL,
    /** A message of long ago comes again, or something like it. */
    REPLAYED,
    /** A connection ends. */
    DOWN,
    /** A connection carries nothing, and nobody has noticed. */
    SILENT,
    /** A connection brings nothing, and takes what is sent. */
    SILENT_IN,
    /** A connection brings what comes, and takes nothing. */
    SILENT_OUT,
    /** An operator stops a run with Ctrl-C. */
    INTERRUPTED,
    /** A run that was cut off is gone on with. */
    RESUMED,
    /** Nodes are asked what became of a run. */
    ASKED,
    /** A run is cancelled. */
    CANCELLED,
    /** A node is taken out of a run that goes on. */
    TAKEN_OUT,
    /** What waits at the hub is taken back. */
    WITHDRAWN,
    /** Something is left at the hub for a node that is away. */
    QUEUED,
    /** A node said that it has a request, before it said how that ended. */
    RECEIPT,
    /** A run sends to nobody else for a while. */
    PAUSED,
    /** Somebody has looked at a batch, and has the run go on. */
    PROMOTED,
    /** A run waits for a node that is at another change. */
    WAITED,
    /** Everything is locked. */
    LOCKED,
    /** A node refuses what is locked. */
    REFUSED_LOCKED,
    /** A run was to leave so many of a kind up. */
    FLOOR,
    /** A budget of failures ended a run. */
    STOPPED_BY_FAILURES,
    /** Too many being away ended a run. */
    STOPPED_BY_ABSENCES,
    /** Who goes first did not do it. */
    STOPPED_BY_CANARY,
    /** A wish to cancel ended a run. */
    STOPPED_BY_CANCEL,
    /** A lock ended a run. */
    STOPPED_BY_LOCK,
    /** A floor ended a run. */
    STOPPED_BY_FLOOR;

    /** What that end of a run is, if such runs are simulated. */
    static Optional<Happening> of(Halt.Cause cause) {
        return switch (cause) {
            case MAX_FAILED -> Optional.of(STOPPED_BY_FAILURES);
            case MAX_OFFLINE -> Optional.of(STOPPED_BY_ABSENCES);
            case CANARY -> Optional.of(STOPPED_BY_CANARY);
            case CANCELLED -> Optional.of(STOPPED_BY_CANCEL);
            case LOCKED -> Optional.of(STOPPED_BY_LOCK);
            case FLOOR -> Optional.of(STOPPED_BY_FLOOR);
            case GATE -> Optional.empty();
        };
    }

    /** For people. */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
