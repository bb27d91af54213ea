package io.muster.node.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.audit.Inspection;
import io.muster.message.Identity;
import io.muster.message.Value;
import io.muster.node.audit.AuditLog.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

class AuditLogTest {
    private static final Identity NODE = Identity.parse("muster://test/node/n1");
    private static final AuditLimits SMALL = new AuditLimits(2_000, Duration.ofDays(1), 3);

    @TempDir private Path directory;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private final InstantSource clock = () -> now;
    private final Random random = new Random(1);
    private final List<String> told = new ArrayList<>();

    private Path file() {
        return directory.resolve("audit.jsonl");
    }

    private AuditLog log() {
        return log(AuditLimits.DEFAULT);
    }

    private AuditLog log(AuditLimits limits) {
        return new AuditLog(directory, NODE, limits, clock, random, told::add);
    }

    private static void write(AuditLog log, String event, boolean durable) throws IOException {
        log.write(Kind.AGENT, Map.of("event", Value.of(event)), durable);
    }

    private void write(String... events) throws IOException {
        try (var log = log()) {
            for (var event : events) {
                write(log, event, false);
            }
        }
    }

    private Inspection inspection() throws IOException {
        try (var files = Files.list(directory)) {
            return Inspection.of(
                    files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList(),
                    List.of());
        }
    }

    private String chain() throws IOException {
        return inspection().chains().getFirst().id();
    }

    @Test
    void anInterruptedThreadWritesAndSoDoesTheNext() throws IOException {
        try (var log = log()) {
            write(log, "one", true);
            Thread.currentThread().interrupt();
            write(log, "two", true);
            assertThat(Thread.interrupted()).isTrue();
            write(log, "three", true);
        }
        assertThat(Files.readAllLines(file())).hasSize(4).last().asString().contains("three");
    }

    @Test
    void itIsForItsOwnersEyesAlone() throws IOException {
        write("one");
        try (var files = Files.list(directory)) {
            assertThat(files)
                    .hasSizeGreaterThan(2)
                    .allSatisfy(
                            file ->
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(file)))
                                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void theChainGoesOnOverRestarts() throws IOException {
        write("one", "two");
        write("three");
        write("four");
        assertThat(inspection().problems()).isEmpty();
        assertThat(inspection().chains())
                .singleElement()
                .satisfies(
                        c -> {
                            assertThat(c.records()).isEqualTo(5);
                            assertThat(c.node()).isEqualTo(NODE.uri());
                        });
    }

    @Test
    void afterACrashTheUnfinishedRecordIsCutOffAndThatIsOnRecord() throws IOException {
        write("one");
        var chain = chain();
        Files.writeString(file(), Files.readString(file()) + "{\"sequence\":2,\"previ");
        write("two");
        assertThat(inspection().problems()).isEmpty();
        assertThat(chain()).isEqualTo(chain);
        assertThat(Files.readString(file())).contains("20 bytes of an unfinished record");
    }

    @Test
    void aLogThatWasCutOffIsPutAsideAndANewChainSaysSo() throws IOException {
        write("one", "two", "three");
        var chain = chain();
        var lines = Files.readAllLines(file());
        Files.writeString(file(), lines.get(0) + "\n" + lines.get(1) + "\n");

        write("four");

        assertThat(told).singleElement().asString().contains("ends with record 1", "come to 3");
        assertThat(inspection().chains()).hasSize(2);
        assertThat(Files.readString(file())).contains("a new chain begins").doesNotContain(chain);
        assertThat(directory).isDirectoryContaining("glob:**/audit-aside-*.jsonl");
    }

    @Test
    void aLogThatIsGoneIsMissed() throws IOException {
        write("one", "two", "three");
        var chain = chain();
        Files.delete(file());
        write("four");
        assertThat(Files.readString(file())).contains("come to record 3", chain, "is gone");
    }

    @Test
    void whatSomebodyElseWroteIsNotGoneOnWith() throws IOException {
        write("one");
        Files.writeString(file(), Files.readString(file()) + "{\"event\":\"mine\"}\n");
        write("two");
        assertThat(told).singleElement().asString().contains("did not end as");
        assertThat(inspection().chains()).hasSize(2);
    }

    @Test
    void anEditAtTheEndIsNotGoneOnWith() throws IOException {
        write("one", "two");
        Files.writeString(file(), Files.readString(file()).replace("one", "eno"));
        write("three");
        assertThat(told).singleElement().asString().contains("was changed");
    }

    @Test
    void aLargeFileIsFollowedByAnotherAndTheOldestGo() throws IOException {
        try (var log = log(SMALL)) {
            for (int i = 0; i < 100; i++) {
                write(log, "event " + i, i % 7 == 0);
                now = now.plusSeconds(1);
            }
        }
        assertThat(told).isEmpty();
        try (var files = Files.list(directory)) {
            assertThat(files.filter(f -> f.toString().endsWith(".jsonl"))).hasSize(3);
        }
        assertThat(inspection().problems()).isEmpty();
        assertThat(inspection().chains())
                .singleElement()
                .satisfies(
                        c -> {
                            assertThat(c.from()).isPositive();
                            assertThat(c.to() - c.from() + 1).isEqualTo(c.records());
                        });
    }

    @Test
    void anOldFileIsFollowedByAnother() throws IOException {
        try (var log = log(SMALL)) {
            write(log, "one", false);
            now = now.plus(Duration.ofDays(2));
            write(log, "two", false);
        }
        assertThat(Files.readAllLines(file())).hasSize(2);
        assertThat(inspection().problems()).isEmpty();
        assertThat(inspection().chains().getFirst().records()).isEqualTo(4);
    }

    @Test
    void aCrashBetweenTheRenamesOfARotationCostsNothing() throws IOException {
        var log = log(SMALL);
        write(log, "one", false);
        log.mark();
        var noted = Files.readString(directory.resolve("audit.head"));
        now = now.plus(Duration.ofDays(2));
        write(log, "two", false);
        log.close();
        Files.delete(file());
        Files.writeString(directory.resolve("audit.head"), noted);

        write("three");

        assertThat(told).isEmpty();
        assertThat(inspection().problems()).isEmpty();
        assertThat(inspection().chains())
                .singleElement()
                .satisfies(
                        c -> {
                            assertThat(c.records()).isEqualTo(3);
                        });
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        var elsewhere = Files.createFile(directory.resolve("elsewhere"));
        Files.createSymbolicLink(file(), elsewhere);
        try (var log = log()) {
            assertThatThrownBy(() -> write(log, "one", false)).isInstanceOf(IOException.class);
        }
        assertThat(elsewhere).isEmptyFile();
    }

    @Test
    void whatIsClosedTakesNothing() throws IOException {
        var log = log();
        write(log, "one", false);
        log.close();
        assertThatThrownBy(() -> write(log, "two", false)).hasMessageContaining("closed");
    }

    @Test
    void aFloodIsCountedAfterItsFirstFew() {
        var floods = new Floods(clock);
        var inFull = 0;
        for (int i = 0; i < 1_000; i++) {
            inFull += floods.first("bad-signature") ? 1 : 0;
        }
        assertThat(inFull).isEqualTo(10);
        assertThat(floods.first("malformed")).isTrue();
        assertThat(floods.over()).isEmpty();
        now = now.plusSeconds(60);
        assertThat(floods.over())
                .singleElement()
                .isEqualTo(new Floods.Counted("bad-signature", 990, now.minusSeconds(60)));
        assertThat(floods.first("bad-signature")).isTrue();
    }

    @Test
    void moreKindsThanAnybodyNeedsAreOneKind() {
        var floods = new Floods(clock);
        for (int i = 0; i < 1_000; i++) {
            floods.first("refused policy operator/" + i);
        }
        assertThat(floods.all())
                .singleElement()
                .satisfies(c -> assertThat(c.kind()).isEqualTo(Floods.OTHERS));
    }
}
