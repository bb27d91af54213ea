package io.muster.attacks.fuzz;

import io.muster.approval.Proposal;
import io.muster.audit.AuditRecord;
import io.muster.journal.Journal;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.security.Certificates;
import io.muster.security.Ed25519Key;
import io.muster.security.PayloadType;
import io.muster.security.SigningRequest;
import io.muster.security.TestFleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Real examples of what each reader understands, to begin with; made anew, with new keys. */
final class Seeds {
    private static final Path FOLDER = Path.of("src/test/corpus");
    private static final String ENDING = ".txt";

    private final TestFleet fleet = TestFleet.create();
    private final SecureRandom random = new SecureRandom();

    /** Some for that reader. */
    List<Bytes> of(Reader reader) throws IOException {
        return switch (reader) {
            case ENVELOPE -> List.of(signed("request"), signed("reply"));
            case JSON -> examples("(?:request|reply|announcement)");
            case REQUEST -> examples("request");
            case REPLY -> examples("reply");
            case ANNOUNCEMENT -> examples("announcement");
            case TRUST_SET -> examples("trust");
            case FILTER ->
                    texts(
                            "role=mail",
                            "processors>=4",
                            "/^web[0-9]+/",
                            "not (role=mail or site=~/dr.*/) and processors.count>2",
                            "fact(\"a.b\") != 'x'");
            case POLICY ->
                    texts(
                            """
                            {"rules":[{"effect":"allow","callers":["operator/alice"],
                            "actions":["test.*","node.reboot"],"classes":["read","change"]},
                            {"effect":"deny","callers":["operator/*"],"actions":["*"]}]}
                            """);
            case TOKEN -> examples("join-token");
            case JOIN_REQUEST -> examples("join-request");
            case JOIN_ANSWER -> examples("join-answer");
            case CSR -> List.of(SigningRequest.of(Ed25519Key.generate(random)).der());
            case CERTIFICATE ->
                    List.of(
                            Certificates.der(fleet.node("n-1").certificate()),
                            Certificates.der(fleet.operator("alice").certificate()),
                            Certificates.der(fleet.hub().certificate()));
            case SETTINGS -> texts("# settings\nhub = a:1, b:2\nannounce-every = 5s\n\n");
            case CHECKPOINT -> examples("checkpoint");
            case ROLL_CALL -> examples("rollcall");
            case APPROVAL -> examples("approval");
            case PROPOSAL -> List.of(proposal());
            case REVOCATION -> examples("revocation");
            case POLICY_BUNDLE -> examples("policy");
            case LOCK -> examples("lock");
            case RELEASE -> examples("release");
            case AUDIT_RECORD -> auditRecords();
            case JOURNAL -> List.of(journal());
        };
    }

    private Bytes signed(String kind) throws IOException {
        var signer = fleet.operator("alice").signer();
        return signer.sign(PayloadType.REQUEST, examples(kind).getFirst());
    }

    private Bytes proposal() throws IOException {
        return Json.write(new Proposal(signed("request"), List.of()).toValue());
    }

    private static List<Bytes> texts(String... texts) {
        var all = new ArrayList<Bytes>();
        for (var text : texts) {
            all.add(Bytes.utf8(text));
        }
        return all;
    }

    /** The examples of that kind in docs/wire.md. */
    private static List<Bytes> examples(String kind) throws IOException {
        var blocks = Pattern.compile("(?ms)^```(?:json )?" + kind + "\n(.*?)\n```$");
        var found = new ArrayList<Bytes>();
        var examples = blocks.matcher(Files.readString(Path.of("../docs/wire.md")));
        while (examples.find()) {
            found.add(Bytes.utf8(examples.group(1).strip()));
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("no example of a " + kind);
        }
        return found;
    }

    private static List<Bytes> auditRecords() {
        var chain = "c".repeat(32);
        var opening = Map.of("chain", Value.of(chain), "node", Value.of("muster://test/node/n-1"));
        var first = AuditRecord.first(Instant.EPOCH, AuditRecord.OPENED, opening);
        var next = AuditRecord.after(first.head(chain), Instant.EPOCH, "agent", Map.of());
        return List.of(Reader.shortLine(first), Reader.shortLine(next));
    }

    private static Bytes journal() throws IOException {
        var file = Files.createTempDirectory("muster-fuzz-").resolve("journal");
        try (var journal = Journal.open(file, _ -> {})) {
            journal.append(Bytes.utf8("{\"seen\":1}"));
            journal.append(Bytes.utf8("{\"begun\":2}"));
        }
        return Bytes.wrap(Files.readAllBytes(file));
    }

    /** What was kept of earlier searches. */
    static List<Bytes> kept(Reader reader) throws IOException {
        var file = file(reader);
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Bytes::base64).toList()
                : List.of();
    }

    /** Which readers something was kept for, by their words. */
    static List<String> keptFor() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.map(file -> String.valueOf(file.getFileName()).replace(ENDING, ""))
                    .sorted()
                    .toList();
        }
    }

    /** Where that is: a line of base64 for each. */
    static Path file(Reader reader) {
        return FOLDER.resolve(reader.word() + ENDING);
    }
}
