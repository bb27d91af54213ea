package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;
import io.muster.node.helper.Line;
import io.muster.node.helper.Word;
import io.muster.node.time.Challenge;
import io.muster.security.Certificates;
import io.muster.security.Pem;
import io.muster.security.SecurityFileException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The root helper's door, as the node agent sees it.
 *
 * @param socket where the helper listens
 * @param believed the users whom a helper may run as
 * @param certificate where it keeps this node's certificate, for all to read
 */
public record HelperDoor(Path socket, Set<String> believed, Path certificate) {
    /** A helper that has to be started first takes a moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public HelperDoor {
        believed = Set.copyOf(believed);
    }

    /** Whether that, in DER, is the certificate it goes by. */
    boolean has(Bytes own) {
        try {
            return Certificates.der(Pem.certificates(certificate).getFirst()).equals(own);
        } catch (SecurityFileException _) {
            return false;
        }
    }

    /** A nonce that the helper will take, if it hands out any; otherwise one of that kind. */
    String nonce(RandomGenerator random) {
        try {
            if (ask(new Word.Challenge()) instanceof Word.Nonce(String text)) {
                return text;
            }
        } catch (IOException | MalformedException _) {
            // Without the helper nothing is changed in any case, and looking needs a nonce as well.
        }
        return Challenge.draw(random);
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
