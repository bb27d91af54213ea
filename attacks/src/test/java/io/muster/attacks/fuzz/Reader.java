package io.muster.attacks.fuzz;

import io.muster.approval.Proposal;
import io.muster.audit.AuditRecord;
import io.muster.config.ConfigException;
import io.muster.config.Settings;
import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.JoinToken;
import io.muster.filter.Filter;
import io.muster.filter.FilterException;
import io.muster.filter.Subject;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.message.Announcement;
import io.muster.message.Approval;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.Json;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.Request;
import io.muster.message.RollCall;
import io.muster.message.Spans;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.policy.Policy;
import io.muster.security.Certificates;
import io.muster.security.Envelope;
import io.muster.security.SigningRequest;
import io.muster.trust.Lock;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Everything that reads bytes of others. Whatever the bytes are, it understands them or says that
 * it does not; what it understood it writes down so that it understands the same again.
 */
enum Reader {
    ENVELOPE(bytes -> same(Envelope.decode(bytes), Envelope::encode, Envelope::decode)),
    JSON(bytes -> same(Json.read(bytes), Json::write, Json::read)),
    REQUEST(bytes -> same(Request.decode(bytes), Request::encode, Request::decode)),
    REPLY(bytes -> same(Reply.decode(bytes), Reply::encode, Reply::decode)),
    ANNOUNCEMENT(
            bytes -> same(Announcement.decode(bytes), Announcement::encode, Announcement::decode)),
    FILTER(Reader::filter),
    POLICY(bytes -> Policy.parse(text(bytes))),
    TRUST_SET(bytes -> same(TrustSet.decode(bytes), TrustSet::encode, TrustSet::decode)),
    TOKEN(bytes -> same(JoinToken.parse(text(bytes)), t -> Bytes.utf8(t.printed()), Reader::token)),
    JOIN_REQUEST(
            bytes -> same(JoinRequest.decode(bytes), JoinRequest::encode, JoinRequest::decode)),
    JOIN_ANSWER(bytes -> same(JoinAnswer.decode(bytes), JoinAnswer::encode, JoinAnswer::decode)),
    CSR(SigningRequest::parse),
    CERTIFICATE(bytes -> Certificates.identity(Certificates.parse(bytes))),
    SETTINGS(Reader::settings),
    CHECKPOINT(bytes -> same(Checkpoint.decode(bytes), Checkpoint::encode, Checkpoint::decode)),
    ROLL_CALL(bytes -> same(RollCall.decode(bytes), RollCall::encode, RollCall::decode)),
    APPROVAL(bytes -> same(Approval.decode(bytes), Approval::encode, Approval::decode)),
    PROPOSAL(
            bytes ->
                    same(
                            Proposal.parse(text(bytes)),
                            proposal -> Json.write(proposal.toValue()),
                            again -> Proposal.parse(text(again)))),
    REVOCATION(
            bytes ->
                    same(
                            RevocationList.decode(bytes),
                            RevocationList::encode,
                            RevocationList::decode)),
    POLICY_BUNDLE(
            bytes -> same(PolicyBundle.decode(bytes), PolicyBundle::encode, PolicyBundle::decode)),
    LOCK(bytes -> same(Lock.decode(bytes), Lock::encode, Lock::decode)),
    RELEASE(bytes -> same(Release.decode(bytes), Release::encode, Release::decode)),
    AUDIT_RECORD(Reader::auditRecord),
    JOURNAL(Reader::journal);

    private static final Subject SUBJECT =
            new Subject(
                    new NodeId("n-1"),
                    "mail01.example.org",
                    Fields.EMPTY.with("role", "mail").with("processors", 4),
                    new TreeSet<>(Set.of("mail")),
                    new TreeSet<>());

    @SuppressWarnings("ImmutableEnumChecker") // none of them keeps anything
    private final Consumer<Bytes> body;

    Reader(Consumer<Bytes> body) {
        this.body = body;
    }

    /** Its name on the command line and of its corpus. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Reader of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /**
     * Reads that; throws if it behaves as no reader may.
     *
     * @return whether it understood it
     */
    boolean read(byte[] bytes) {
        try {
            body.accept(Bytes.wrap(bytes));
            return true;
        } catch (MalformedException | FilterException | ConfigException | JournalException e) {
            if (e.getMessage() == null || e.getMessage().isEmpty()) {
                throw new AssertionError("it does not say why", e);
            }
            return false;
        }
    }

    private interface Encoding<T> {
        Bytes of(T value);
    }

    private interface Decoding<T> {
        T of(Bytes bytes);
    }

    private static <T> void same(T value, Encoding<T> encoding, Decoding<T> decoding) {
        var written = encoding.of(value);
        var again = encoding.of(understood(written, decoding));
        if (!again.equals(written)) {
            throw new AssertionError(
                    new String(written.toArray(), StandardCharsets.UTF_8)
                            + " became "
                            + new String(again.toArray(), StandardCharsets.UTF_8));
        }
    }

    private static <T> T understood(Bytes written, Decoding<T> decoding) {
        try {
            return decoding.of(written);
        } catch (MalformedException | FilterException e) {
            throw new AssertionError(
                    "wrote what it does not understand: "
                            + new String(written.toArray(), StandardCharsets.UTF_8),
                    e);
        }
    }

    /** As whoever looks at a log does: as a line, as the first of a file, and after another. */
    private static void auditRecord(Bytes bytes) {
        var record = AuditRecord.read(bytes);
        same(record, Reader::shortLine, AuditRecord::read);
        try {
            var head = record.head(record.chain());
            if (record.follows(head)) {
                throw new AssertionError("a record that follows itself");
            }
        } catch (MalformedException e) {
            // no file begins with it, and it says so
        }
    }

    /** Without the end of the line. */
    static Bytes shortLine(AuditRecord record) {
        var line = record.line().toArray();
        return Bytes.wrap(Arrays.copyOf(line, line.length - 1));
    }

    private static JoinToken token(Bytes bytes) {
        return JoinToken.parse(text(bytes));
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }

    private static void settings(Bytes bytes) {
        var settings = Settings.parse("fuzz", text(bytes));
        var _ = settings.get("hub", "", text -> text);
        var _ = settings.get("announce-every", Duration.ZERO, Spans::parse);
        settings.check();
    }

    private static void filter(Bytes bytes) {
        var text = text(bytes);
        for (var kind :
                List.of("facts", "classes", "actions", "identities", "mixed", "expressions")) {
            try {
                var filter = Filter.of(Fields.EMPTY.with(kind, Value.texts(List.of(text))));
                var _ = filter.matches(SUBJECT);
                same(filter, f -> Json.write(f.toValue()), b -> Filter.of(Json.read(b)));
            } catch (MalformedException | FilterException e) {
                // it says so
            }
        }
    }

    private static void journal(Bytes bytes) {
        var file = Scratch.FILE;
        try {
            Files.write(file, bytes.toArray());
            var first = records(file);
            var second = records(file);
            if (!first.equals(second)) {
                throw new AssertionError("what was recovered is read otherwise");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Bytes> records(Path file) {
        var records = new ArrayList<Bytes>();
        Journal.open(file, records::add).close();
        return records;
    }

    /** Made when it is first needed. */
    private static final class Scratch {
        static final Path FILE = file();

        private static Path file() {
            try {
                return Files.createTempDirectory("muster-fuzz-").resolve("journal");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
