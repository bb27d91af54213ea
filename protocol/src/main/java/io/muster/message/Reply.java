package io.muster.message;

import io.muster.message.Value.Fields;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One answer of one node (or of the hub) to one request, bound to the very bytes of the request as
 * they were received.
 *
 * @param request the request's id
 * @param digest SHA-256 of the request's payload as received, in hexadecimal
 * @param sender who answers; must be the signer
 * @param name what the sender calls itself today: a node's host name
 * @param sequence counts this sender's answers to this request, from 0
 * @param answer what it says
 * @param started when the work began, by the sender's clock
 * @param sent when the answer was made, by the sender's clock
 * @param boot the boot id of the sender's machine
 * @param audit the newest record of the sender's audit log, which covers what this reply tells; for
 *     whoever wants to know later that the log is still the same
 * @param lists the revocation lists the sender of this knows, if the asker knows older ones
 * @param attached of a request that came before enough had approved it, which may come again: the
 *     digest of those approvals that came with it
 */
public record Reply(
        RequestId request,
        String digest,
        Identity sender,
        String name,
        int sequence,
        Answer answer,
        Instant started,
        Instant sent,
        String boot,
        Optional<AuditHead> audit,
        Optional<ListNumbers> lists,
        Optional<String> attached) {

    /** To somebody who knows the same revocation lists, or newer ones. */
    public Reply(
            RequestId request,
            String digest,
            Identity sender,
            String name,
            int sequence,
            Answer answer,
            Instant started,
            Instant sent,
            String boot,
            Optional<AuditHead> audit) {
        this(
                request,
                digest,
                sender,
                name,
                sequence,
                answer,
                started,
                sent,
                boot,
                audit,
                Optional.empty(),
                Optional.empty());
    }

    /** A reply that says nothing of an audit log. */
    public Reply(
            RequestId request,
            String digest,
            Identity sender,
            String name,
            int sequence,
            Answer answer,
            Instant started,
            Instant sent,
            String boot) {
        this(
                request,
                digest,
                sender,
                name,
                sequence,
                answer,
                started,
                sent,
                boot,
                Optional.empty());
    }

    /** What a reply says. */
    public sealed interface Answer {
        /**
         * The receipt of what may change something: it is on the node's disk, and will be begun
         * now, so that whatever dies the node knows of it later. It is not counted in the sequence.
         */
        record Accepted() implements Answer {}

        /** A part of a long answer; more follow, then the final one. */
        record Part(Fields data) implements Answer {}

        /**
         * Everything is ready and recorded, and the node is about to go down; the final answer
         * comes after the next boot.
         */
        record Armed(String message) implements Answer {}

        /** The last word: each accepted request gets exactly one. */
        record Final(Outcome outcome) implements Answer {}
    }

    /** The same, telling the asker which revocation lists there are. */
    public Reply telling(ListNumbers known) {
        return new Reply(
                request,
                digest,
                sender,
                name,
                sequence,
                answer,
                started,
                sent,
                boot,
                audit,
                Optional.of(known),
                attached);
    }

    /** The same, saying which approvals were looked at. */
    public Reply judging(String approvals) {
        return new Reply(
                request,
                digest,
                sender,
                name,
                sequence,
                answer,
                started,
                sent,
                boot,
                audit,
                lists,
                Optional.of(approvals));
    }

    /** The same, with another answer. */
    public Reply with(Answer other) {
        return new Reply(
                request, digest, sender, name, sequence, other, started, sent, boot, audit, lists,
                attached);
    }

    /** The payload of its envelope. */
    public Bytes encode() {
        var fields = new LinkedHashMap<String, Value>();
        fields.put("request", Value.of(request.value()));
        fields.put("digest", Value.of(digest));
        fields.put("sender", Value.of(sender.uri()));
        fields.put("name", Value.of(name));
        fields.put("sequence", Value.of(sequence));
        fields.put("started", Value.of(started.toEpochMilli()));
        fields.put("sent", Value.of(sent.toEpochMilli()));
        fields.put("boot", Value.of(boot));
        audit.ifPresent(head -> fields.put("audit", head.toValue()));
        switch (answer) {
            case Answer.Accepted _ -> fields.put("accepted", Value.of(true));
            case Answer.Part(Fields data) -> fields.put("part", data);
            case Answer.Armed(String message) -> fields.put("armed", Value.of(message));
            case Answer.Final(Outcome outcome) -> fields.put("final", outcome.toValue());
        }
        lists.ifPresent(known -> fields.put("lists", known.toValue()));
        attached.ifPresent(approvals -> fields.put("attached", Value.of(approvals)));
        return Json.write(new Fields(fields));
    }

    /**
     * Reads a payload whose signature is good.
     *
     * @throws MalformedException if anything is missing, unknown or out of bounds
     */
    public static Reply decode(Bytes payload) {
        var reader = new FieldReader("reply", Json.read(payload));
        var reply =
                new Reply(
                        reader.text("request", RequestId::new),
                        reader.text("digest"),
                        reader.text("sender", Identity::parse),
                        reader.text("name"),
                        sequence(reader.whole("sequence")),
                        answer(reader),
                        reader.instant("started"),
                        reader.instant("sent"),
                        reader.text("boot"),
                        reader.optionalFields("audit").map(AuditHead::of),
                        reader.optionalFields("lists").map(ListNumbers::of),
                        reader.optionalText("attached", Reply::digest));
        reader.done();
        return reply;
    }

    private static String digest(String text) {
        if (!text.matches("[0-9a-f]{64}")) {
            throw new MalformedException("reply: attached is no digest");
        }
        return text;
    }

    private static int sequence(long number) {
        if (number < 0 || number > 1_000_000) {
            throw new MalformedException("reply: sequence out of bounds");
        }
        return (int) number;
    }

    private static Answer answer(FieldReader reader) {
        var accepted = reader.optionalTruth("accepted");
        var part = reader.optionalFields("part");
        var armed = reader.optionalText("armed", text -> text);
        var last = reader.optionalFields("final");
        var given = Stream.of(accepted, part, armed, last).filter(Optional::isPresent).count();
        if (given != 1) {
            throw new MalformedException("reply: exactly one of accepted, part, armed and final");
        }
        if (accepted.isPresent()) {
            if (!accepted.get()) {
                throw new MalformedException("reply: accepted is true, or not there");
            }
            return new Answer.Accepted();
        }
        if (part.isPresent()) {
            return new Answer.Part(part.get());
        }
        return armed.<Answer>map(Answer.Armed::new)
                .or(() -> last.map(Outcome::of).map(Answer.Final::new))
                .orElseThrow();
    }
}
