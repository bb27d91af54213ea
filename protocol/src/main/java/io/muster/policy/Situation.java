package io.muster.policy;

import io.muster.message.Value.Fields;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node may rely on about itself: nothing that others can make it say.
 *
 * @param attributes what the authority attests of it
 * @param facts what its administrator wrote down, in files that only root may change
 * @param complete whether all of those files could be read
 */
public record Situation(Map<String, String> attributes, Fields facts, boolean complete) {
    /** Nobody has looked. */
    public static final Situation UNKNOWN = new Situation(Map.of(), Fields.EMPTY, false);

    public Situation {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }
}
