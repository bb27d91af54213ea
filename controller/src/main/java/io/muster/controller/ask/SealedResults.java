package io.muster.controller.ask;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.Sealer.SealException;
import io.muster.security.SealingKey;
import io.muster.security.SecurityFileException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Opens what nodes sealed to this operator in their results: members of the data of the form {@code
 * {"sealed": "..."}}. Thread-safe.
 */
final class SealedResults {
    private final Identity self;
    private final Supplier<Optional<SealingKey>> key;

    /**
     * @param key the operator's; asked for only when something is sealed
     */
    SealedResults(Identity self, Supplier<Optional<SealingKey>> key) {
        this.self = self;
        this.key = key;
    }

    /**
     * The reply with all in clear. What cannot be opened makes it a failure: whoever needed the
     * secret does not have it.
     */
    Reply open(Reply reply) {
        if (!(reply.answer() instanceof Answer.Final(Outcome outcome)) || !sealed(outcome)) {
            return reply;
        }
        return reply.with(new Answer.Final(opened(reply, outcome)));
    }

    private static boolean sealed(Outcome outcome) {
        return outcome.result().members().values().stream().anyMatch(v -> part(v).isPresent());
    }

    private Outcome opened(Reply reply, Outcome outcome) {
        var data = new LinkedHashMap<String, Value>();
        try {
            for (var member : outcome.result().members().entrySet()) {
                data.put(member.getKey(), value(reply, member));
            }
        } catch (SealException | MalformedException | SecurityFileException e) {
            return new Outcome.Failed(
                    "not-opened",
                    outcome.word()
                            + ", and what is secret of the result cannot be opened: "
                            + e.getMessage(),
                    outcome.result());
        }
        var all = new Fields(data);
        return switch (outcome) {
            case Outcome.Ok(String message, _) -> new Outcome.Ok(message, all);
            case Outcome.Changed(String message, _) -> new Outcome.Changed(message, all);
            case Outcome.Failed(String code, String message, _) ->
                    new Outcome.Failed(code, message, all);
            case Outcome.Cancelled(String message, _) -> new Outcome.Cancelled(message, all);
            case Outcome.Refused _, Outcome.Expired _, Outcome.Interrupted _ -> outcome;
        };
    }

    private Value value(Reply reply, Map.Entry<String, Value> member) throws SealException {
        var part = part(member.getValue());
        if (part.isEmpty()) {
            return member.getValue();
        }
        var mine =
                key.get()
                        .orElseThrow(
                                () ->
                                        new SecurityFileException(
                                                "this operator has no sealing key"));
        var place = new Place(Kind.RESULT, reply.request(), reply.sender(), self, member.getKey());
        return Json.read(Sealer.open(mine, place, Bytes.base64(part.get())))
                .member("value")
                .orElseThrow(() -> new MalformedException("no value in it"));
    }

    private static Optional<String> part(Value value) {
        return value instanceof Fields fields
                        && fields.members().size() == 1
                        && fields.member("sealed").orElse(value) instanceof Value.Text(String text)
                ? Optional.of(text)
                : Optional.empty();
    }
}
