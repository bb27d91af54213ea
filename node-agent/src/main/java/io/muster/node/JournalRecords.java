package io.muster.node;

import io.muster.message.ActionName;
import io.muster.message.Bytes;
import io.muster.message.FieldReader;
import io.muster.message.Identity;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Value.Fields;
import io.muster.node.Endings.Ended;
import io.muster.node.RequestJournal.Armed;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.SeenRequests.Seen;
import io.muster.node.Withdrawals.Withdrawn;

import java.time.Instant;

/** How what a node remembers is written in its journal, and read again. */
final class JournalRecords {
    private JournalRecords() {}

    static Fields of(Seen seen) {
        var fields =
                Fields.EMPTY
                        .with("seen", seen.key().id().value())
                        .with("digest", seen.digest())
                        .with("caller", seen.key().sender().uri())
                        .with("until", seen.until().toEpochMilli());
        return seen.looks() ? fields.with("looks", true) : fields;
    }

    static Seen seen(FieldReader reader) {
        return new Seen(
                key(reader, "seen", "caller"),
                reader.text("digest"),
                reader.instant("until"),
                reader.optionalTruth("looks").orElse(false));
    }

    static Fields of(Begun begun) {
        var fields =
                Fields.EMPTY
                        .with("begun", begun.id().value())
                        .with("digest", begun.digest())
                        .with("caller", begun.caller().uri())
                        .with("action", begun.action().value())
                        .with("replyTo", begun.replyTo().value())
                        .with("at", begun.at().toEpochMilli())
                        .with("expires", begun.expires().toEpochMilli());
        return begun.armed()
                .map(
                        armed ->
                                fields.with("armed", armed.boot())
                                        .with("deadline", armed.deadline().toEpochMilli()))
                .orElse(fields);
    }

    static Begun begun(FieldReader reader) {
        var armed =
                reader.optionalText("armed", boot -> boot)
                        .map(boot -> new Armed(boot, reader.instant("deadline")));
        return new Begun(
                reader.text("begun", RequestId::new),
                reader.text("digest"),
                reader.text("caller", Identity::parse),
                reader.text("action", ActionName::new),
                reader.text("replyTo", ReplyAddress::new),
                reader.instant("at"),
                reader.instant("expires"),
                armed);
    }

    /** What is held beside it is the reply. */
    static Fields of(Ended ended) {
        return Fields.EMPTY
                .with("ended", ended.key().id().value())
                .with("digest", ended.digest())
                .with("caller", ended.caller().uri())
                .with("until", ended.until().toEpochMilli());
    }

    static Ended ended(FieldReader reader, Bytes reply) {
        return new Ended(
                key(reader, "ended", "caller"),
                reader.text("digest"),
                reader.instant("until"),
                reply);
    }

    static Fields of(Withdrawn withdrawn) {
        return Fields.EMPTY
                .with("withdrawn", withdrawn.key().id().value())
                .with("of", withdrawn.key().sender().uri())
                .with("by", withdrawn.by().uri())
                .with("until", withdrawn.until().toEpochMilli());
    }

    static Withdrawn withdrawn(FieldReader reader) {
        return new Withdrawn(
                key(reader, "withdrawn", "of"),
                reader.text("by", Identity::parse),
                reader.instant("until"));
    }

    private static RequestKey key(FieldReader reader, String id, String sender) {
        return new RequestKey(
                reader.text(id, RequestId::new), reader.text(sender, Identity::parse));
    }

    static Fields forgotten(Instant until, Instant ends) {
        return Fields.EMPTY
                .with("forgotten", until.toEpochMilli())
                .with("ends", ends.toEpochMilli());
    }
}
