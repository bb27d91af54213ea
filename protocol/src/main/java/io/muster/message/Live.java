package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.Set;

/**
 * What a node says of a request while it is under way, to whoever wishes to follow it. It is kept
 * nowhere, and what is missing of it is in the final reply, or at the node.
 */
public sealed interface Live {

    /** The most bytes of one piece. */
    int MOST = 16 * 1024;

    /** The most characters of a step. */
    int STEP = 200;

    /**
     * What its program said.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param offset how many bytes of that stream came before
     */
    record Output(String stream, long offset, Bytes bytes) implements Live {
        private static final Set<String> STREAMS = Set.of("stdout", "stderr");

        public Output {
            if (!STREAMS.contains(stream)) {
                throw new MalformedException("live: stream is stdout or stderr");
            }
            if (offset < 0 || bytes.length() == 0 || bytes.length() > MOST) {
                throw new MalformedException("live: offset or bytes out of bounds");
            }
        }
    }

    /**
     * How far it is.
     *
     * @param done so much of it
     * @param of in all; 0 if that is not known
     * @param step what it is at; may be empty
     */
    record Progress(long done, long of, String step) implements Live {
        private static final long MANY = 1L << 50;

        public Progress {
            if (done < 0 || of < 0 || of > MANY || done > (of == 0 ? MANY : of)) {
                throw new MalformedException("live: done of so much is out of bounds");
            }
            if (step.length() > STEP) {
                throw new MalformedException("live: step is longer than " + STEP);
            }
        }
    }

    /** The data of a part of a reply. */
    default Fields toValue() {
        return switch (this) {
            case Output(String stream, long offset, Bytes bytes) ->
                    Fields.EMPTY
                            .with("stream", stream)
                            .with("offset", offset)
                            .with("bytes", bytes.base64());
            case Progress(long done, long of, String step) ->
                    Fields.EMPTY.with("done", done).with("of", of).with("step", step);
        };
    }

    /**
     * Reads that.
     *
     * @throws MalformedException if it is something else, or out of bounds
     */
    static Live of(Fields data) {
        var reader = new FieldReader("live", data);
        Live live =
                data.member("stream").isPresent()
                        ? new Output(
                                reader.text("stream"),
                                reader.whole("offset"),
                                reader.text("bytes", Bytes::base64))
                        : new Progress(
                                reader.whole("done"), reader.whole("of"), reader.text("step"));
        reader.done();
        return live;
    }
}
