package io.muster.node;

import io.muster.node.time.Challenge.Quote;

import java.time.InstantSource;

/**
 * How many requests of one signer a node decides about in a minute. Thread-safe.
 *
 * <p>Only what nobody but the signer can bring about counts: a request that is genuine and was not
 * here before. Everybody can forge one, and whoever has seen one can send it again; that costs this
 * node a signature check and the signer nothing, so that nobody uses up what is another's. What
 * comes too late is counted by itself: there may be many who have recorded such.
 */
final class Quota {
    private static final String LATE = " too late";

    private final TokenBuckets buckets;
    private final RequestJournal journal;
    private final InstantSource clock;

    /**
     * That many of each signer.
     *
     * @param journal knows what was here before
     */
    Quota(int perMinute, RequestJournal journal, InstantSource clock) {
        this.buckets = new TokenBuckets(perMinute, clock);
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * Whether this genuine request may be decided about; if it is new, it counts.
     *
     * @param quote what it quotes of this node's nonces: a good one makes it timely
     */
    boolean grants(Question question, Quote quote) {
        if (journal.knows(question)) {
            return true;
        }
        var request = question.request();
        var late = quote != Quote.GOOD && !clock.instant().isBefore(request.expires());
        return buckets.take(request.sender().uri() + (late ? LATE : ""));
    }
}
