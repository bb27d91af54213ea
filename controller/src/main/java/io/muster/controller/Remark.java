package io.muster.controller;

import io.muster.controller.queue.Standing;
import io.muster.queue.QueueState;

import java.util.Optional;

/**
 * What there is to say of a target that has not said anything itself, besides its state.
 *
 * @param text for people; what others chose of it is escaped where it is shown
 * @param way how it can be gone on with
 */
public record Remark(String text, Way way) {
    /** Of one whom somebody took out of the run before it was sent to. */
    static final Remark TAKEN_OUT = new Remark("not sent, and will not be", Way.NONE);

    /** What helps. */
    public enum Way {
        /** Going on with the run. */
        RESUME,
        /** Asking what became of it. */
        ASK,
        /** Nothing of this run. */
        NONE
    }

    /** What a standing at the hub means. */
    static Optional<Remark> of(Standing standing) {
        return switch (standing) {
            case Standing.There(QueueState state) -> of(state);
            case Standing.Unsure() -> remark("the hub did not say whether it keeps it", Way.ASK);
            case Standing.Refused(String why, boolean again) ->
                    remark("not queued: " + why, again ? Way.RESUME : Way.NONE);
            case Standing.Forgotten() -> remark("the hub knows nothing of it any more", Way.ASK);
        };
    }

    private static Optional<Remark> of(QueueState state) {
        return switch (state) {
            case WAITING -> Optional.empty();
            case HANDED -> remark("it was handed out", Way.ASK);
            case WITHDRAWN ->
                    remark("taken back from the hub, which had handed it to nobody", Way.NONE);
            case PURGED -> remark("its id was given to another machine", Way.NONE);
            case EXPIRED -> remark("before it was handed out", Way.NONE);
        };
    }

    private static Optional<Remark> remark(String text, Way way) {
        return Optional.of(new Remark(text, way));
    }
}
