package io.muster.node;

import io.muster.node.helper.Line;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The root helper's door, as the node agent sees it.
 *
 * @param socket where the helper listens
 * @param believed the users whom a helper may run as
 */
public record HelperDoor(Path socket, Set<String> believed) {
    public HelperDoor {
        believed = Set.copyOf(believed);
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
