package io.muster.message;

import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.Optional;

/**
 * What a node knows of a request by its own record: the answer of {@code node.outcomes} about one.
 */
public sealed interface Recollection {

    /** It never came, or is forgotten. */
    record Unknown() implements Recollection {}

    /**
     * It came, and was neither begun nor answered: a crash came between, or it only looks and is
     * under way. What is not begun now never will be.
     */
    record Seen(String digest) implements Recollection {}

    /** It was begun, and is under way. */
    record Running(String digest, Instant since) implements Recollection {}

    /**
     * It has ended.
     *
     * @param sequence as in the reply
     * @param outcome of another caller's request without message and data
     */
    record Ended(
            String digest, int sequence, Instant started, Instant at, String boot, Outcome outcome)
            implements Recollection {}

    /** The digest of the request that came, if one did. */
    default Optional<String> known() {
        return switch (this) {
            case Unknown _ -> Optional.empty();
            case Seen(String digest) -> Optional.of(digest);
            case Running(String digest, _) -> Optional.of(digest);
            case Ended ended -> Optional.of(ended.digest());
        };
    }

    /** The form that travels. */
    default Fields toValue() {
        return switch (this) {
            case Unknown _ -> Fields.EMPTY.with("state", "unknown");
            case Seen(String digest) -> Fields.EMPTY.with("state", "seen").with("digest", digest);
            case Running(String digest, Instant since) ->
                    Fields.EMPTY
                            .with("state", "running")
                            .with("digest", digest)
                            .with("since", since.toEpochMilli());
            case Ended ended ->
                    Fields.EMPTY
                            .with("state", "ended")
                            .with("digest", ended.digest())
                            .with("sequence", ended.sequence())
                            .with("started", ended.started().toEpochMilli())
                            .with("at", ended.at().toEpochMilli())
                            .with("boot", ended.boot())
                            .with("outcome", ended.outcome().toValue());
        };
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one
     */
    static Recollection of(Fields fields) {
        var reader = new FieldReader("recollection", fields);
        var state = reader.text("state");
        var recollection =
                switch (state) {
                    case "unknown" -> new Unknown();
                    case "seen" -> new Seen(reader.text("digest"));
                    case "running" -> new Running(reader.text("digest"), reader.instant("since"));
                    case "ended" ->
                            new Ended(
                                    reader.text("digest"),
                                    Math.toIntExact(Math.clamp(reader.whole("sequence"), 0, 1_000)),
                                    reader.instant("started"),
                                    reader.instant("at"),
                                    reader.text("boot"),
                                    Outcome.of(reader.fields("outcome")));
                    default -> throw new MalformedException("no state " + Escape.quoted(state));
                };
        reader.done();
        return recollection;
    }
}
