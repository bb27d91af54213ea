package io.muster.hub.queue;

import io.muster.message.Identity;

import java.time.Duration;
import java.util.List;

/**
 * What a hub keeps for nodes that are away, and of whom.
 *
 * @param spread over how long what waited is spread when many nodes come back at once
 * @param share how many requests of one operator wait at the most
 * @param operators who takes back what others have left, {@code operator/NAME} each
 */
public record QueueTerms(Duration spread, int share, List<String> operators) {
    /** The most that wait in all. */
    public static final int MOST = 10_000;

    /** A minute, a fifth of the room, and nobody. */
    public static final QueueTerms DEFAULT =
            new QueueTerms(Duration.ofMinutes(1), MOST / 5, List.of());

    public QueueTerms {
        operators = List.copyOf(operators);
        if (share < 1 || share > MOST) {
            throw new IllegalArgumentException("a share from 1 to " + MOST);
        }
    }

    /** Whether that operator may take back what others have left. */
    boolean administers(Identity operator) {
        return operators.contains(operator.brief());
    }
}
