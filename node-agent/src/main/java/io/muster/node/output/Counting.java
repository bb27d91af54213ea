package io.muster.node.output;

import io.muster.exec.StdStream;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Counts what is said, and keeps nothing. */
final class Counting implements Hearing {
    private final Map<StdStream, Long> said = new EnumMap<>(StdStream.class);

    @Override
    public void heard(StdStream stream, byte[] buffer, int length) {
        said.merge(stream, (long) length, Long::sum);
    }

    @Override
    public Map<StdStream, Rest> end(Set<StdStream> cut) {
        var rest = new EnumMap<StdStream, Rest>(StdStream.class);
        cut.forEach(stream -> rest.put(stream, Rest.lost(said.getOrDefault(stream, 0L))));
        return rest;
    }
}
