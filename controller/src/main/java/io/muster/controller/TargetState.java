package io.muster.controller;

import io.muster.controller.queue.Standing;
import io.muster.message.Outcome;
import io.muster.queue.QueueState;

import java.util.Locale;

/** How a target ended: exactly one for each. Ordered from bad to good, as reports list them. */
public enum TargetState {
    /** The action ran and did not succeed. */
    FAILED,
    /** The node started it, then crashed or was stopped. */
    INTERRUPTED,
    /** The node would not. */
    REFUSED,
    /** Was present, was sent the request, and said nothing in time. */
    NO_REPLY,
    /** Not present when the run started. */
    OFFLINE,
    /** Not there; what it was asked waits at the hub until it is, or it expires. */
    QUEUED,
    /** The request arrived too late. */
    EXPIRED,
    /** By the operator. */
    CANCELLED,
    /** The run stopped before it was sent to. */
    NOT_SENT,
    /** Done; something was changed. */
    CHANGED,
    /** Done; nothing needed changing. */
    OK;

    /** The state that an answer brings. */
    static TargetState of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Ok _ -> OK;
            case Outcome.Changed _ -> CHANGED;
            case Outcome.Failed _ -> FAILED;
            case Outcome.Refused _ -> REFUSED;
            case Outcome.Expired _ -> EXPIRED;
            case Outcome.Interrupted _ -> INTERRUPTED;
            case Outcome.Cancelled _ -> CANCELLED;
        };
    }

    /** The state of one that has not answered what was to be left at the hub for it. */
    static TargetState of(Standing standing) {
        return switch (standing) {
            case Standing.There(QueueState state) ->
                    switch (state) {
                        case WAITING -> QUEUED;
                        case HANDED -> NO_REPLY;
                        case WITHDRAWN, PURGED -> CANCELLED;
                        case EXPIRED -> EXPIRED;
                    };
            case Standing.Unsure _, Standing.Forgotten _ -> NO_REPLY;
            case Standing.Refused _ -> OFFLINE;
        };
    }

    /** The word used in output: lower case, hyphens. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is done. */
    public boolean good() {
        return this == OK || this == CHANGED;
    }

    /** Whether the node did it, or tried to, or said that it would not. */
    public boolean bad() {
        return this == FAILED || this == INTERRUPTED || this == REFUSED;
    }

    @Override
    public String toString() {
        return word();
    }
}
