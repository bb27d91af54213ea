package io.muster.hub.registry.redis;

import io.muster.message.Bytes;

import java.util.List;

/**
 * Where everything is in a Redis.
 *
 * @param nodes a map: the last announcement of each node
 * @param facts a map: the last one that had facts
 * @param heard a map: when the one in {@code nodes} was heard
 * @param known a map: when the one in {@code facts} was heard
 * @param news a stream: of whom something was stored
 */
record RedisKeys(Bytes nodes, Bytes facts, Bytes heard, Bytes known, Bytes news) {
    static RedisKeys of(String prefix, String fleet) {
        var begin = prefix + ":" + fleet + ":";
        return new RedisKeys(
                Bytes.utf8(begin + "nodes"),
                Bytes.utf8(begin + "facts"),
                Bytes.utf8(begin + "heard"),
                Bytes.utf8(begin + "known"),
                Bytes.utf8(begin + "news"));
    }

    /** Those with something of each node. */
    List<Bytes> maps() {
        return List.of(nodes, facts, heard, known);
    }
}
