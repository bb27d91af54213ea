package io.muster.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What can be made wrong on purpose, to see that it is found. */
enum Flaw {
    /** Nothing: the product as it is. */
    NONE,
    /** Nodes forget what they have seen and done whenever they die. */
    FORGETFUL_NODES,
    /** Disks force nothing, and say that they did. */
    LYING_DISK,
    /** Disks force a moment after they said that they did: receipts come too early. */
    LATE_DISK,
    /** Nodes decide by clocks that are behind those by which they act. */
    SLOW_CLOCKS,
    /** Operators that go on with a run sign it anew. */
    SIGNING_ANEW,
    /** Operators do not write down what they hear. */
    UNWRITTEN_ANSWERS,
    /** Operators do not mind how many of a kind stay up. */
    NO_FLOORS,
    /** The hub, which does not live for long, does not keep that it has handed something out. */
    FORGETFUL_QUEUE;

    /** What the names of files end in whose request was handed out. */
    private static final String HANDED = ".handed";

    private static final Duration BEHIND = Duration.ofSeconds(25);

    /** How far the clock of a node is behind. */
    Duration behind() {
        return this == SLOW_CLOCKS ? BEHIND : Duration.ZERO;
    }

    /** Does to the disk of a machine that died what the flaw does. */
    void applyTo(Path home) throws IOException {
        if (this == FORGETFUL_NODES) {
            Files.deleteIfExists(home.resolve("requests.journal"));
        }
        var queue = home.resolve("queue");
        if (this == FORGETFUL_QUEUE && Files.isDirectory(queue)) {
            try (var files = Files.newDirectoryStream(queue, "*" + HANDED)) {
                for (var file : files) {
                    var name = String.valueOf(file.getFileName());
                    var before = name.substring(0, name.length() - HANDED.length());
                    Files.move(file, file.resolveSibling(before));
                }
            }
        }
    }
}
