package io.muster.controller.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.Disk;
import io.muster.journal.FaultyDisk;
import io.muster.journal.Journal;
import io.muster.journal.JournalException;
import io.muster.message.NodeId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class TakenOutTest {
    private static final NodeId ONE = new NodeId("n-1");
    private static final NodeId TWO = new NodeId("n-2");

    @TempDir private Path folder;

    private TakenOut out() {
        return TakenOut.beside(folder.resolve("run.journal"));
    }

    private void add(NodeId node) {
        out().add(List.of(node), "operator/alice", Disk.REAL);
    }

    @Test
    void whoWasTakenOutStaysOut() {
        assertThat(out().nodes()).isEmpty();
        add(ONE);
        add(TWO);
        add(ONE);
        assertThat(out().nodes()).containsExactlyInAnyOrder(ONE, TWO);
    }

    @Test
    void whatACrashLeftHalfWrittenIsNotThereAndTheRestIs() throws IOException {
        add(ONE);
        var whole = Files.size(out().file());
        add(TWO);
        var all = Files.readAllBytes(out().file());
        for (var cut = (int) whole; cut < all.length; cut++) {
            Files.write(out().file(), Arrays.copyOf(all, cut));
            assertThat(out().nodes()).as("cut at %s", cut).containsExactly(ONE);
        }
        add(TWO);
        assertThat(out().nodes()).hasSize(2);
    }

    @Test
    void whatCannotBeReadIsNoLeaveToSend() throws IOException {
        add(ONE);
        add(TWO);
        var all = Files.readAllBytes(out().file());
        all[all.length / 2] ^= 1;
        Files.write(out().file(), all);
        assertThatThrownBy(() -> out().nodes()).isInstanceOf(JournalException.class);
    }

    @Test
    void whileAnotherIsAtItNothingIsSaidToBeDone() {
        add(ONE);
        try (var _ = Journal.open(out().file(), _ -> {})) {
            assertThatThrownBy(() -> add(TWO)).hasMessageStartingWith("nothing was cancelled: ");
            assertThat(out().nodes()).containsExactly(ONE);
        }
    }

    @Test
    void ofManyItIsSaidHowManyAreOutIfTheDiskIsFullInBetween() {
        var disk = new FaultyDisk();
        var many = IntStream.range(0, 1_500).mapToObj(i -> new NodeId("n-" + i)).toList();
        disk.room(10_000);
        assertThatThrownBy(() -> out().add(many, "operator/alice", disk))
                .hasMessageStartingWith("only 1000 of 1500 were taken out");
        assertThat(out().nodes()).hasSize(1_000);
    }
}
