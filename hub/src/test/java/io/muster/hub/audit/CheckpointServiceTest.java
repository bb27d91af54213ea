package io.muster.hub.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.audit.Attested;
import io.muster.message.AuditHead;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.NodeId;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.security.Verifier;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class CheckpointServiceTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final TestFleet FLEET = new TestFleet("test", NOON);
    private static final String CHAIN = "a".repeat(32);

    private final Credentials node = FLEET.node("n1");
    private final List<Bytes> others = new ArrayList<>();
    @TempDir private Path directory;
    private Checkpoints checkpoints;
    private CheckpointService service;

    @BeforeEach
    void start() {
        checkpoints = new Checkpoints(directory.resolve("checkpoints"));
        service =
                new CheckpointService(
                        new Verifier(FLEET.trust(), () -> NOON), checkpoints, others::add);
    }

    private static AuditHead head(long sequence) {
        return new AuditHead(CHAIN, sequence, "%064x".formatted(sequence));
    }

    private Checkpoint at(long minutes) {
        return new Checkpoint(
                node.identity(), head(minutes), "audit.jsonl", NOON.plusSeconds(60 * minutes));
    }

    private static Bytes signed(Credentials by, Checkpoint checkpoint) {
        return by.signer().sign(PayloadType.CHECKPOINT, checkpoint.encode());
    }

    private List<Attested> kept() throws IOException {
        return checkpoints.of(new NodeId("n1")).stream()
                .map(message -> Attested.read(message, FLEET.trust()))
                .toList();
    }

    @Test
    void aNodesOwnCheckpointsAreKeptAsTheyWereSigned() throws IOException {
        service.receive(signed(node, at(0)));
        service.receive(signed(node, at(5)));
        assertThat(kept()).extracting(a -> a.head().sequence()).containsExactly(0L, 5L);
        assertThat(others).isEmpty();
    }

    @Test
    void theyOutliveTheHub() throws IOException {
        service.receive(signed(node, at(5)));
        assertThat(new Checkpoints(directory.resolve("checkpoints")).of(new NodeId("n1")))
                .hasSize(1);
    }

    @Test
    void nobodySpeaksForAnother() throws IOException {
        service.receive(signed(FLEET.node("n2"), at(0)));
        service.receive(signed(FLEET.operator("alice"), at(0)));
        service.receive(signed(new TestFleet("test", NOON).node("n1"), at(0)));
        assertThat(kept()).isEmpty();
    }

    @Test
    void whatComesAgainOrLateChangesNothing() throws IOException {
        var first = signed(node, at(5));
        service.receive(first);
        service.receive(signed(node, at(10)));
        service.receive(first);
        assertThat(kept()).extracting(a -> a.head().sequence()).containsExactly(5L, 10L);
    }

    @Test
    void aFewAreKeptAndTheyReachBackFar() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            service.receive(signed(node, at(5L * i)));
        }
        var sequences = kept().stream().map(a -> a.head().sequence()).toList();
        assertThat(sequences).hasSize(Checkpoints.KEPT).startsWith(0L).isSorted();
        assertThat(sequences.subList(8, 16))
                .containsExactly(4960L, 4965L, 4970L, 4975L, 4980L, 4985L, 4990L, 4995L);
        assertThat(sequences.subList(1, 8)).anyMatch(s -> s > 500 && s < 4_000);
    }

    @Test
    void aLogThatGoesBackOrIsAnotherIsNoticed() throws IOException {
        assertThat(checkpoints.keep(at(10), signed(node, at(10)))).isEmpty();
        var back = new Checkpoint(node.identity(), head(3), "f", NOON.plus(Duration.ofHours(1)));
        assertThat(checkpoints.keep(back, signed(node, back)).orElseThrow()).contains("went back");
        var forged = new AuditHead(CHAIN, 3, "f".repeat(64));
        var other = new Checkpoint(node.identity(), forged, "f", NOON.plus(Duration.ofHours(2)));
        assertThat(checkpoints.keep(other, signed(node, other)).orElseThrow())
                .contains("another than before");
        var chain = new AuditHead("b".repeat(32), 0, "f".repeat(64));
        var begun = new Checkpoint(node.identity(), chain, "f", NOON.plus(Duration.ofHours(3)));
        assertThat(checkpoints.keep(begun, signed(node, begun)).orElseThrow())
                .contains("new chain");
        assertThat(kept()).hasSize(4);
    }

    @Test
    void whatIsNoCheckpointGoesItsWay() {
        var announcement = node.signer().sign(PayloadType.ANNOUNCEMENT, Bytes.utf8("{}"));
        service.receive(announcement);
        service.receive(Bytes.utf8("junk"));
        assertThat(others).containsExactly(announcement, Bytes.utf8("junk"));
    }
}
