package io.muster.controller.queue;

import io.muster.message.FieldReader;
import io.muster.message.MalformedException;
import io.muster.message.Value.Fields;
import io.muster.queue.QueueState;

/** How far a request has come that a run leaves, or wished to leave, at the hub. */
public sealed interface Standing {

    /** The hub said so. */
    record There(QueueState state) implements Standing {}

    /** It was sent to the hub, which has not said that it keeps it. */
    record Unsure() implements Standing {}

    /**
     * The hub does not keep it.
     *
     * @param why as the hub says it
     * @param again whether it may at another time
     */
    record Refused(String why, boolean again) implements Standing {}

    /** The hub kept it once, and knows nothing of it any more. */
    record Forgotten() implements Standing {}

    /** Whether its node never gets it, so that it cannot know anything of it. */
    default boolean over() {
        return switch (this) {
            case There(QueueState state) ->
                    switch (state) {
                        case WITHDRAWN, PURGED, EXPIRED -> true;
                        case WAITING, HANDED -> false;
                    };
            case Refused _ -> true;
            case Unsure _, Forgotten _ -> false;
        };
    }

    /** Whether its node has not got it by now. */
    default boolean unheard() {
        return over() || this.equals(new There(QueueState.WAITING));
    }

    /** As it is written down. */
    default Fields toValue() {
        return switch (this) {
            case There(QueueState state) -> word(state.word());
            case Unsure() -> word("unsure");
            case Refused(String why, boolean again) ->
                    word("refused").with("why", why).with("again", again);
            case Forgotten() -> word("forgotten");
        };
    }

    private static Fields word(String word) {
        return Fields.EMPTY.with("queued", word);
    }

    /**
     * Reads what was written down, and leaves the rest to be read.
     *
     * @throws MalformedException if it is anything else
     */
    static Standing of(FieldReader reader) {
        var word = reader.text("queued");
        return switch (word) {
            case "unsure" -> new Unsure();
            case "refused" -> new Refused(reader.text("why"), reader.truth("again"));
            case "forgotten" -> new Forgotten();
            default -> new There(state(word));
        };
    }

    private static QueueState state(String word) {
        try {
            return QueueState.parse(word);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("queue: " + e.getMessage(), e);
        }
    }
}
