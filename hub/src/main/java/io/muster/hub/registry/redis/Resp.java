package io.muster.hub.registry.redis;

import io.muster.message.Bytes;

import java.util.List;

/** What Redis answers: its protocol, version 2. */
sealed interface Resp {
    /** A short line, or bytes of a known length. */
    record Text(Bytes bytes) implements Resp {}

    /** A whole number. */
    record Whole(long value) implements Resp {}

    /** Any number of answers. */
    record Items(List<Resp> items) implements Resp {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** There is no such thing. */
    record Nothing() implements Resp {}

    /** It would not; the line says why. */
    record Failure(String line) implements Resp {}

    /** There is such a thing, of so many bytes; they were read and are not here. */
    record TooLarge(long bytes) implements Resp {}
}
