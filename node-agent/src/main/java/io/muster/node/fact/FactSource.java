package io.muster.node.fact;

import io.muster.message.Value.Fields;

import java.time.Duration;
import java.util.List;

/**
 * Something that knows facts.
 *
 * <p>{@link FactCache} calls it, one call at a time, again when what it said is older than its
 * {@link Freshness}. What it throws is recorded as a problem, and what it said before stays.
 */
public interface FactSource {

    /**
     * How long facts stay good.
     *
     * @param ttl after that they are collected again, when somebody asks
     * @param background whether collecting may take long: then nobody waits for it, and it has a
     *     thread of its own; otherwise it is done while a request waits, within milliseconds
     */
    record Freshness(Duration ttl, boolean background) {
        /** Collected at once when older than {@code ttl}. */
        public static Freshness of(Duration ttl) {
            return new Freshness(ttl, false);
        }
    }

    /**
     * What was collected.
     *
     * @param facts what is known, nested
     * @param problems what could not be learnt, a line each, for people
     */
    record Collected(Fields facts, List<String> problems) {
        public Collected {
            problems = List.copyOf(problems);
        }

        /** Facts, and nothing went wrong. */
        public static Collected of(Fields facts) {
            return new Collected(facts, List.of());
        }
    }

    /** Names it in problems. */
    String name();

    /** How often to ask. */
    Freshness freshness();

    /** Collects the facts. */
    Collected collect();
}
