package io.muster.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Value;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

class InspectionTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String CHAIN = "0123456789abcdef0123456789abcdef";
    private static final int RECORDS = 8;

    @TempDir private Path directory;

    private static List<AuditRecord> records(int number, String word) {
        var records = new ArrayList<AuditRecord>();
        var opening = Map.of("chain", Value.of(CHAIN), "node", Value.of("muster://test/node/n1"));
        records.add(AuditRecord.first(NOON, AuditRecord.OPENED, opening));
        while (records.size() < number) {
            records.add(
                    AuditRecord.after(
                            records.getLast().head(CHAIN),
                            NOON,
                            "agent",
                            Map.of("event", Value.of(word + records.size()))));
        }
        return records;
    }

    private static List<String> lines(List<AuditRecord> records) {
        return new ArrayList<>(records.stream().map(r -> text(r)).toList());
    }

    private static String text(AuditRecord record) {
        return new String(record.line().view(), StandardCharsets.UTF_8);
    }

    private static Inspection inspect(byte[] content, List<Attested> attested) throws IOException {
        var file = Files.createTempFile("audit", ".jsonl");
        try {
            Files.write(file, content);
            return Inspection.of(List.of(file), attested);
        } finally {
            Files.delete(file);
        }
    }

    private static Inspection inspect(List<String> lines) throws IOException {
        return inspect(String.join("", lines).getBytes(StandardCharsets.UTF_8), List.of());
    }

    private static Attested signed(AuditHead head) {
        return new Attested(Identity.parse("muster://test/node/n1"), head, NOON);
    }

    @Test
    void aLogAsItWasWrittenIsSoundAndItSaysWhatCannotBeKnown() throws IOException {
        var inspection = inspect(lines(records(RECORDS, "e")));
        assertThat(inspection.problems()).isEmpty();
        assertThat(inspection.chains())
                .singleElement()
                .satisfies(
                        c -> {
                            assertThat(c.to()).isEqualTo(RECORDS - 1);
                            assertThat(c.node()).isEqualTo("muster://test/node/n1");
                        });
        assertThat(inspection.notices()).singleElement().asString().contains("checkpoints");
    }

    @Property(tries = 1_000)
    void everyEditOfAByteIsFound(@ForAll @IntRange(min = 0, max = 100_000) int at, @ForAll byte to)
            throws IOException {
        var content =
                String.join("", lines(records(RECORDS, "e"))).getBytes(StandardCharsets.UTF_8);
        var where = at % content.length;
        var edited = content.clone();
        edited[where] = edited[where] == to ? (byte) (to ^ 1) : to;
        assertThat(inspect(edited, List.of()).sound()).isFalse();
    }

    @Property(tries = 300)
    void everyByteThatIsAddedOrTakenAwayIsFound(
            @ForAll @IntRange(min = 0, max = 100_000) int at, @ForAll byte added)
            throws IOException {
        var content =
                String.join("", lines(records(RECORDS, "e"))).getBytes(StandardCharsets.UTF_8);
        var where = at % content.length;
        var longer = Arrays.copyOf(content, content.length + 1);
        System.arraycopy(content, where, longer, where + 1, content.length - where);
        longer[where] = added;
        assertThat(inspect(longer, List.of()).sound()).isFalse();
        var shorter = Arrays.copyOf(content, content.length - 1);
        System.arraycopy(content, where + 1, shorter, where, content.length - where - 1);
        assertThat(inspect(shorter, List.of()).sound()).isFalse();
    }

    /** All but the last: that is what checkpoints are for. */
    @Property(tries = 100)
    void everyLineThatIsMissingIsFound(@ForAll @IntRange(min = 0, max = RECORDS - 2) int at)
            throws IOException {
        var lines = lines(records(RECORDS, "e"));
        lines.remove(at);
        assertThat(inspect(lines).sound()).isFalse();
    }

    @Property(tries = 100)
    void everyLineThatIsTwiceThereIsFound(
            @ForAll @IntRange(min = 0, max = RECORDS - 1) int which,
            @ForAll @IntRange(min = 0, max = RECORDS) int where)
            throws IOException {
        var lines = lines(records(RECORDS, "e"));
        lines.add(where, lines.get(which));
        assertThat(inspect(lines).sound()).isFalse();
    }

    @Property(tries = 200)
    void everyOtherOrderIsFound(@ForAll @Size(RECORDS) List<Integer> keys) throws IOException {
        var lines = lines(records(RECORDS, "e"));
        var other = new ArrayList<>(lines);
        Collections.shuffle(other, new Random(keys.hashCode()));
        if (!other.equals(lines)) {
            assertThat(inspect(other).sound()).isFalse();
        }
    }

    @Test
    void theRecordsOfAnotherLogDoNotFit() throws IOException {
        var lines = lines(records(RECORDS, "e"));
        lines.set(3, lines(records(RECORDS, "f")).get(3));
        assertThat(inspect(lines).problems()).isNotEmpty();
    }

    @Test
    void withACheckpointACutEndIsFound() throws IOException {
        var records = records(RECORDS, "e");
        var kept = lines(records.subList(0, 5));
        var content = String.join("", kept).getBytes(StandardCharsets.UTF_8);
        assertThat(inspect(content, List.of()).sound()).isTrue();
        var checkpoint = List.of(signed(records.get(6).head(CHAIN)));
        assertThat(inspect(content, checkpoint).problems())
                .singleElement()
                .asString()
                .contains("its end was cut off");
    }

    @Test
    void withACheckpointALogThatWasWrittenAnewIsFound() throws IOException {
        var checkpoint = List.of(signed(records(RECORDS, "e").get(6).head(CHAIN)));
        var anew = String.join("", lines(records(RECORDS, "f"))).getBytes(StandardCharsets.UTF_8);
        assertThat(inspect(anew, List.of()).sound()).isTrue();
        assertThat(inspect(anew, checkpoint).problems())
                .singleElement()
                .asString()
                .contains("written anew");
    }

    @Test
    void withACheckpointALogOfAnotherChainInItsPlaceIsFound() throws IOException {
        var other = new AuditHead("f".repeat(32), 3, "a".repeat(64));
        var content = String.join("", lines(records(3, "e"))).getBytes(StandardCharsets.UTF_8);
        assertThat(inspect(content, List.of(signed(other))).problems())
                .singleElement()
                .asString()
                .contains("is not in these files");
    }

    @Test
    void checkpointsOfOtherNodesDoNotMatter() throws IOException {
        var other =
                new Attested(
                        Identity.parse("muster://test/node/n2"),
                        new AuditHead("f".repeat(32), 3, "a".repeat(64)),
                        NOON);
        var content = String.join("", lines(records(3, "e"))).getBytes(StandardCharsets.UTF_8);
        assertThat(inspect(content, List.of(other)).sound()).isTrue();
    }

    @Test
    void severalFilesAreOneChainAndAMissingOneIsFound() throws IOException {
        var one = records(4, "e");
        var files = new ArrayList<Path>();
        files.add(Files.writeString(directory.resolve("1"), String.join("", lines(one))));
        var head = one.getLast().head(CHAIN);
        for (int i = 2; i <= 3; i++) {
            var opening =
                    AuditRecord.after(
                            head, NOON, AuditRecord.OPENED, Map.of("chain", Value.of(CHAIN)));
            head = opening.head(CHAIN);
            files.add(Files.writeString(directory.resolve("" + i), text(opening)));
        }
        assertThat(Inspection.of(files.reversed(), List.of()).problems()).isEmpty();
        assertThat(Inspection.of(List.of(files.get(0), files.get(2)), List.of()).sound()).isFalse();
        assertThat(Inspection.of(List.of(files.get(0), files.get(0)), List.of()).sound()).isFalse();
        assertThat(Inspection.of(files.subList(1, 3), List.of()).notices())
                .anyMatch(notice -> notice.contains("records 0 to 3"));
    }

    @Test
    void onlyWhatTheNodeSignedCountsAsACheckpoint() {
        var fleet = new TestFleet("test", NOON);
        var head = records(3, "e").getLast().head(CHAIN);
        var node = fleet.node("n1");
        var good = new Checkpoint(node.identity(), head, "audit.jsonl", NOON);
        var message = sign(node, good);
        assertThat(Attested.read(message, fleet.trust()).head()).isEqualTo(head);
        assertThat(refused(fleet, sign(fleet.node("n2"), good))).contains("speaks for");
        assertThat(refused(new TestFleet("test", NOON), message)).contains("BAD_CERTIFICATE");
        assertThat(refused(fleet, sign(fleet.operator("alice"), good))).contains("WRONG_ROLE");
    }

    private static String refused(TestFleet fleet, Bytes message) {
        try {
            return "accepted " + Attested.read(message, fleet.trust());
        } catch (MalformedException e) {
            return e.problem();
        }
    }

    private static Bytes sign(Credentials signer, Checkpoint checkpoint) {
        return signer.signer().sign(PayloadType.CHECKPOINT, checkpoint.encode());
    }
}
