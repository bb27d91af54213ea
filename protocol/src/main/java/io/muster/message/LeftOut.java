package io.muster.message;

import io.muster.message.Reply.Answer;
import io.muster.message.Value.Fields;

/**
 * What stands in the place of data that was too large to be kept, or to be told once more: how much
 * it was, and its digest. The outcome itself is never left out.
 */
public final class LeftOut {
    private static final String MEMBER = "left_out";
    private static final int LONG_MESSAGE = 500;

    private LeftOut() {}

    /** The same outcome, without its data, and with no more than the beginning of its message. */
    public static Outcome of(Outcome outcome) {
        var data = outcome.result();
        return of(outcome, data.members().isEmpty() ? Fields.EMPTY : mark(data), LONG_MESSAGE);
    }

    /** The same, with that in the place of its data, and so many characters of its message. */
    public static Outcome of(Outcome outcome, Fields data, int longest) {
        var said = outcome.message();
        var message = said.length() <= longest ? said : shortened(said, longest);
        return switch (outcome) {
            case Outcome.Ok _ -> new Outcome.Ok(message, data);
            case Outcome.Changed _ -> new Outcome.Changed(message, data);
            case Outcome.Failed failed -> new Outcome.Failed(failed.code(), message, data);
            case Outcome.Refused refused -> new Outcome.Refused(refused.reason(), message);
            case Outcome.Expired _ -> new Outcome.Expired(message);
            case Outcome.Interrupted _ -> new Outcome.Interrupted(message);
            case Outcome.Cancelled _ -> new Outcome.Cancelled(message, data);
        };
    }

    /** The same reply, without the data of its outcome. */
    public static Reply of(Reply reply) {
        return reply.answer() instanceof Answer.Final(Outcome outcome)
                ? reply.with(new Answer.Final(of(outcome)))
                : reply;
    }

    /** Whether the data of that outcome was left out. */
    public static boolean in(Outcome outcome) {
        var members = outcome.result().members();
        return members.size() == 1 && members.containsKey(MEMBER);
    }

    private static Fields mark(Fields data) {
        var members = data.members();
        if (members.size() == 1 && members.containsKey(MEMBER)) {
            return data;
        }
        var bytes = Json.write(data);
        return Fields.EMPTY.with(
                MEMBER,
                Fields.EMPTY.with("bytes", bytes.length()).with("sha256", bytes.sha256().hex()));
    }

    private static String shortened(String text, int longest) {
        var end = longest;
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + "...";
    }
}
