package io.muster.message;

import io.muster.message.Value.Fields;

import java.time.Instant;

/**
 * How far a node's audit log had come at some moment, said by the node and kept by others: what it
 * covers cannot be cut off or written anew later without notice.
 *
 * @param node whose log; must be the signer
 * @param head its newest record
 * @param file the name of the file that the record is in
 * @param time when, by the node's clock
 */
public record Checkpoint(Identity node, AuditHead head, String file, Instant time) {
    private static final int LONGEST_NAME = 255;

    public Checkpoint {
        if (file.isEmpty() || file.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a file name of 1 to " + LONGEST_NAME);
        }
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        return Json.write(
                Fields.EMPTY
                        .with("node", node.uri())
                        .with("head", head.toValue())
                        .with("file", file)
                        .with("time", time.toEpochMilli()));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static Checkpoint decode(Bytes payload) {
        var reader = new FieldReader("checkpoint", Json.read(payload));
        try {
            var checkpoint =
                    new Checkpoint(
                            reader.text("node", Identity::parse),
                            AuditHead.of(reader.fields("head")),
                            reader.text("file"),
                            reader.instant("time"));
            reader.done();
            return checkpoint;
        } catch (MalformedException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedException("checkpoint: " + e.getMessage(), e);
        }
    }
}
