package io.muster.broker;

import java.nio.file.Path;

/** Where the broker keeps messages that wait for somebody. */
public sealed interface Storage {

    /** In memory: a restart forgets them. */
    record Memory() implements Storage {}

    /**
     * In a directory, each on disk before it is confirmed; but only those an operator sends to a
     * node's queue as persistent.
     */
    record Disk(Path directory) implements Storage {}
}
