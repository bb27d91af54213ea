package io.muster.message;

import io.muster.message.Value.Fields;

/**
 * What came of the wish to cancel a request at one node: the answer of {@code node.cancel} about
 * one.
 */
public sealed interface Cancellation {

    /**
     * It had not begun, and will not if it comes.
     *
     * @param kept whether that holds after a crash of the node as well
     */
    record Prevented(boolean kept) implements Cancellation {}

    /** It was under way, and ended as cancelled. */
    record Stopped(Recollection.Ended how) implements Cancellation {}

    /** It was told to stop, and has not ended yet. */
    record Stopping() implements Cancellation {}

    /** Too late: it had ended, or came to its end all the same. */
    record Over(Recollection.Ended how) implements Cancellation {}

    /** Too late: the machine is going down for it. */
    record GoingDown() implements Cancellation {}

    /** It may not be cancelled by the asker; its message says why. */
    record Denied(String message) implements Cancellation {}

    /** The form that travels. */
    default Fields toValue() {
        return switch (this) {
            case Prevented(boolean kept) -> state("prevented").with("kept", kept);
            case Stopped(Recollection.Ended how) -> state("stopped").with("how", how.toValue());
            case Stopping() -> state("stopping");
            case Over(Recollection.Ended how) -> state("over").with("how", how.toValue());
            case GoingDown() -> state("going-down");
            case Denied(String message) -> state("denied").with("message", message);
        };
    }

    private static Fields state(String word) {
        return Fields.EMPTY.with("state", word);
    }

    /**
     * Reads that form.
     *
     * @throws MalformedException if it is not one
     */
    static Cancellation of(Fields fields) {
        var reader = new FieldReader("cancellation", fields);
        var state = reader.text("state");
        var cancellation =
                switch (state) {
                    case "prevented" -> new Prevented(reader.truth("kept"));
                    case "stopped" -> new Stopped(how(reader));
                    case "stopping" -> new Stopping();
                    case "over" -> new Over(how(reader));
                    case "going-down" -> new GoingDown();
                    case "denied" -> new Denied(reader.text("message"));
                    default -> throw new MalformedException("no state " + Escape.quoted(state));
                };
        reader.done();
        return cancellation;
    }

    private static Recollection.Ended how(FieldReader reader) {
        if (Recollection.of(reader.fields("how")) instanceof Recollection.Ended ended) {
            return ended;
        }
        throw new MalformedException("cancellation: how is not how it ended");
    }
}
