package io.muster.node;

import io.muster.node.helper.Line;
import io.muster.node.helper.Word;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * The root helper's door, as the node agent sees it.
 *
 * @param socket where the helper listens
 * @param believed the users whom a helper may run as
 */
public record HelperDoor(Path socket, Set<String> believed) {
    /** A helper that has to be started first takes a moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public HelperDoor {
        believed = Set.copyOf(believed);
    }

    /**
     * Says one thing, and hears the answer.
     *
     * @throws IOException if nobody is there, somebody else, or nobody who answers in time
     * @throws io.muster.message.MalformedException if the answer is none
     */
    Word ask(Word word) throws IOException {
        try (var line = open()) {
            line.say(word);
            return line.hear(PATIENCE);
        }
    }

    /**
     * Calls the helper.
     *
     * @throws IOException if nobody is there, or somebody else
     */
    Line open() throws IOException {
        Line line;
        try {
            line = Line.connect(socket);
        } catch (IOException e) {
            throw new IOException("the root helper cannot be reached: " + e.getMessage(), e);
        }
        try {
            var peer = line.peer();
            if (believed.contains(peer)) {
                return line;
            }
            throw new IOException(socket + " belongs to " + peer + ", not to root");
        } catch (IOException e) {
            line.close();
            throw e;
        }
    }
}
