package io.muster.message;

import io.muster.message.Value.Fields;

import java.util.LinkedHashMap;

/**
 * What became of a request at one node. Sealed: every reader decides about every kind, and a new
 * one breaks the build rather than the fleet.
 */
public sealed interface Outcome {

    /** Done, and nothing needed changing. */
    record Ok(String message, Fields data) implements Outcome {}

    /** Done, and something was changed. */
    record Changed(String message, Fields data) implements Outcome {}

    /**
     * It ran and did not succeed; its own time limit counts.
     *
     * @param code a stable word for scripts, such as {@code timeout} or {@code exit-status}
     */
    record Failed(String code, String message, Fields data) implements Outcome {}

    /** The node would not. */
    record Refused(Reason reason, String message) implements Outcome {}

    /** It arrived too late. */
    record Expired(String message) implements Outcome {}

    /** Started, then the node agent crashed or was stopped; it will not run again by itself. */
    record Interrupted(String message) implements Outcome {}

    /**
     * Stopped by an operator, before it began or in the middle.
     *
     * @param data what there was of a result when it was stopped
     */
    record Cancelled(String message, Fields data) implements Outcome {
        /** Before there was anything of a result. */
        public Cancelled(String message) {
            this(message, Fields.EMPTY);
        }
    }

    /** Done without data. */
    static Outcome ok(String message) {
        return new Ok(message, Fields.EMPTY);
    }

    /** Failed without data. */
    static Outcome failed(String code, String message) {
        return new Failed(code, message, Fields.EMPTY);
    }

    /** The word for its kind, the same as the target's state in a report. */
    default String word() {
        return switch (this) {
            case Ok _ -> "ok";
            case Changed _ -> "changed";
            case Failed _ -> "failed";
            case Refused _ -> "refused";
            case Expired _ -> "expired";
            case Interrupted _ -> "interrupted";
            case Cancelled _ -> "cancelled";
        };
    }

    /** One sentence for people. */
    String message();

    /** The data it carries. */
    default Fields result() {
        return switch (this) {
            case Ok(_, Fields data) -> data;
            case Changed(_, Fields data) -> data;
            case Failed(_, _, Fields data) -> data;
            case Cancelled(_, Fields data) -> data;
            case Refused _, Expired _, Interrupted _ -> Fields.EMPTY;
        };
    }

    /** The form that travels and rests in journals. */
    default Fields toValue() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("state", Value.of(word()));
        fields.put("message", Value.of(message()));
        switch (this) {
            case Failed(String code, _, _) -> fields.put("code", Value.of(code));
            case Refused(Reason reason, _) -> fields.put("reason", Value.of(reason.word()));
            case Ok _, Changed _, Expired _, Interrupted _, Cancelled _ -> {}
        }
        if (!result().members().isEmpty()) {
            fields.put("data", result());
        }
        return new Fields(fields);
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one
     */
    static Outcome of(Fields fields) {
        var reader = new FieldReader("outcome", fields);
        var state = reader.text("state");
        var message = reader.text("message");
        var outcome =
                switch (state) {
                    case "ok" -> new Ok(message, data(reader));
                    case "changed" -> new Changed(message, data(reader));
                    case "failed" -> new Failed(reader.text("code"), message, data(reader));
                    case "refused" -> new Refused(reader.text("reason", Reason::parse), message);
                    case "expired" -> new Expired(message);
                    case "interrupted" -> new Interrupted(message);
                    case "cancelled" -> new Cancelled(message, data(reader));
                    default -> throw new MalformedException("no state " + Escape.quoted(state));
                };
        reader.done();
        return outcome;
    }

    private static Fields data(FieldReader reader) {
        return reader.optionalFields("data").orElse(Fields.EMPTY);
    }
}
