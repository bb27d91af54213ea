package io.muster.hub.queue;

import static io.muster.hub.queue.QueueFixture.ALICE;
import static io.muster.hub.queue.QueueFixture.BOB;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.NodeId;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What waits for nodes that are away is on the disk, and what became of it is told. */
class QueueTest {
    @TempDir private Path temporary;
    private QueueFixture hub;

    @BeforeEach
    void start() {
        hub = new QueueFixture(temporary.resolve("queue"));
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void whatExpiresIsDroppedAndTold() {
        hub.listen("web01");
        var request = hub.left(ALICE, "web01");
        hub.pass(Duration.ofDays(1));
        hub.comes("web01");
        assertThat(hub.received).isEmpty();
        assertThat(hub.state(request)).isEqualTo(QueueState.EXPIRED);
        hub.pass(RequestQueue.TOLD.plusSeconds(1));
        hub.queue.tidy();
        assertThat(hub.listed(ALICE)).isEmpty();
        hub.restart();
        assertThat(hub.listed(ALICE)).isEmpty();
    }

    @Test
    void whatIsTakenBackIsNotHandedOutAlsoAfterARestart() {
        hub.listen("web01");
        var request = hub.left(ALICE, "web01");
        assertThat(hub.withdraw(ALICE, request).getFirst().state()).isEqualTo(QueueState.WITHDRAWN);
        hub.restart();
        hub.comes("web01");
        assertThat(hub.received).isEmpty();
        assertThat(hub.state(request)).isEqualTo(QueueState.WITHDRAWN);
        var again = hub.put(ALICE, QueueFixture.signed(request, ALICE));
        assertThat(again.getFirst().toString()).contains("taken back");
    }

    @Test
    void whatWasHandedOutIsNeverCalledWithdrawn() {
        hub.listen("web01");
        var request = hub.left(ALICE, "web01");
        hub.comes("web01");
        hub.restart();
        assertThat(hub.withdraw(ALICE, request).getFirst().state()).isEqualTo(QueueState.HANDED);
        hub.restart();
        hub.pass(Duration.ofHours(2));
        hub.comes("web01");
        assertThat(hub.received).hasSize(1);
        assertThat(hub.state(request)).isEqualTo(QueueState.HANDED);
    }

    @Test
    void theSameTwiceWaitsOnce() {
        var request = hub.left(ALICE, "web01");
        assertThat(hub.put(ALICE, QueueFixture.signed(request, ALICE))).isEmpty();
        assertThat(hub.listed(ALICE)).hasSize(1);
    }

    @Test
    void theNextHolderOfAnIdFindsNothingAndTheSenderHearsOfIt() {
        hub.listen("web01");
        var waiting = hub.left(ALICE, "web01");
        hub.queue.purge(new NodeId("web01"));
        hub.restart();
        hub.comes("web01");
        assertThat(hub.received).isEmpty();
        assertThat(hub.state(waiting)).isEqualTo(QueueState.PURGED);
        var next = hub.left(BOB, "web01");
        hub.pass(Duration.ofMinutes(1));
        hub.comes("web01");
        assertThat(hub.got()).containsExactly(next.id());
        hub.queue.purge(new NodeId("web01"));
        hub.restart();
        hub.pass(Duration.ofHours(2));
        hub.comes("web01");
        assertThat(hub.received).hasSize(1);
        assertThat(hub.state(next)).isEqualTo(QueueState.HANDED);
    }

    @Test
    void aTornFileIsLeftAloneAndKeepsNothingElseBack() throws IOException {
        hub.listen("web01");
        var torn = hub.left(ALICE, "web01");
        var whole = hub.left(ALICE, "web01");
        try (var files = Files.list(temporary.resolve("queue"))) {
            var file = files.filter(f -> f.toString().endsWith(torn.id().value())).findFirst();
            var content = Files.readAllBytes(file.orElseThrow());
            Files.write(file.get(), Arrays.copyOf(content, content.length / 2));
        }
        Files.writeString(temporary.resolve("queue").resolve(".half.tmp"), "{");
        hub.restart();
        hub.comes("web01");
        assertThat(hub.got()).containsExactly(whole.id());
    }

    @Test
    void whatCannotBeReadAnyMoreKeepsNothingElseBackAndIsNotCalledHanded() throws IOException {
        hub.listen("web01");
        var lost = hub.left(ALICE, "web01");
        var other = hub.left(ALICE, "web01");
        try (var files = Files.list(temporary.resolve("queue"))) {
            var file = files.filter(f -> f.toString().endsWith(lost.id().value())).findFirst();
            Files.delete(file.orElseThrow());
        }
        hub.comes("web01");
        assertThat(hub.got()).containsExactly(other.id());
        assertThat(hub.state(lost)).isEqualTo(QueueState.WAITING);
        hub.queue.purge(new NodeId("web01"));
        assertThat(hub.state(lost)).isEqualTo(QueueState.PURGED);
    }

    @Test
    void whatCannotBeReadHasNothingHandedOutAgainAndAgain() throws IOException {
        hub.listen("web01");
        var whole = hub.left(ALICE, "web01");
        var lost = hub.left(ALICE, "web01");
        try (var files = Files.list(temporary.resolve("queue"))) {
            var file = files.filter(f -> f.toString().endsWith(lost.id().value())).findFirst();
            Files.delete(file.orElseThrow());
        }
        hub.comes("web01");
        for (int i = 0; i < 3; i++) {
            hub.pass(Duration.ofSeconds(5));
            hub.comes("web01");
        }
        assertThat(hub.got()).containsExactly(whole.id());
    }

    @Test
    void nobodyIsToldThatItWaitsIfItCannotBeWrittenDown() throws IOException {
        Files.writeString(temporary.resolve("queue"), "in the way");
        assertThatThrownBy(() -> hub.left(ALICE, "web01")).isInstanceOf(QueueException.class);
        assertThat(hub.listed(ALICE)).isEmpty();
    }

    @Test
    void ofManyThatAreTakenBackAtOnceEachIsTold() {
        var requests = List.of(hub.left(ALICE, "web01"), hub.left(ALICE, "web02"));
        hub.listen("web02");
        hub.comes("web02");
        var places = hub.listed(ALICE).stream().map(QueueEntry::place).toList();
        assertThat(hub.queue.withdraw(places))
                .extracting(QueueEntry::state)
                .containsExactly(QueueState.WITHDRAWN, QueueState.HANDED);
        hub.restart();
        assertThat(requests)
                .extracting(hub::state)
                .containsExactly(QueueState.WITHDRAWN, QueueState.HANDED);
    }
}
