package io.muster.hub.queue;

import static io.muster.hub.queue.QueueFixture.ALICE;
import static io.muster.hub.queue.QueueFixture.BOB;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Announcement.Kind;
import io.muster.message.RequestId;
import io.muster.queue.QueueState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes that are back are handed what waited for them, in its order. */
class DeliveryTest {
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

    private void spread(Duration spread) {
        hub.restart(new QueueTerms(spread, 100, List.of()));
    }

    @Test
    void whatWaitsIsOnTheDiskAndHandedOutInOrderOnceTheNodeIsThere() {
        hub.listen("web01");
        var first = hub.left(ALICE, "web01");
        var second = hub.left(BOB, "web01");
        hub.left(ALICE, "web02");
        hub.restart();
        assertThat(hub.received).isEmpty();
        hub.comes("web01");
        assertThat(hub.got()).containsExactly(first.id(), second.id());
        assertThat(hub.received.getFirst()).isEqualTo(QueueFixture.signed(first, ALICE));
        assertThat(hub.state(first)).isEqualTo(QueueState.HANDED);
        assertThat(hub.listed(ALICE)).hasSize(3);
    }

    @Test
    void ofManyThoseThatHaveNotExpiredAreHandedOutInOrder() {
        hub.listen("web01");
        var good = new ArrayList<RequestId>();
        for (int i = 0; i < 200; i++) {
            var late = i % 3 == 0;
            var request = hub.left(ALICE, "web01", Duration.ofMinutes(late ? 1 : 60));
            if (!late) {
                good.add(request.id());
            }
        }
        hub.pass(Duration.ofMinutes(1));
        hub.restart();
        hub.comes("web01");
        assertThat(hub.got()).isEqualTo(good);
        assertThat(hub.listed(ALICE).stream().filter(e -> e.state() == QueueState.EXPIRED))
                .hasSize(200 - good.size());
    }

    @Test
    void whatANodeMayHavePutOffComesBeforeWhatWasLeftLater() {
        hub.listen("web01");
        var first = hub.left(ALICE, "web01");
        hub.comes("web01");
        var later = hub.left(ALICE, "web01");
        var others = hub.left(BOB, "web01");
        hub.comes("web01");
        assertThat(hub.got()).containsExactly(first.id(), first.id(), later.id(), others.id());
    }

    @Test
    void whatMayHaveBeenLostIsHandedOutAgainEverMoreSeldom() {
        hub.listen("web01");
        hub.left(ALICE, "web01");
        hub.comes("web01");
        hub.comes("web01");
        assertThat(hub.received).hasSize(1);
        for (int minute = 0; minute < 600; minute++) {
            hub.pass(Duration.ofMinutes(1));
            hub.comes("web01");
        }
        assertThat(hub.received).hasSizeBetween(10, 25);
        var before = hub.received.size();
        hub.comes("web01", "boot-2");
        assertThat(hub.received).hasSize(before + 1);
    }

    @Test
    void nodesThatComeBackAtOnceAreNotHandedItAtOnce() {
        spread(Duration.ofMinutes(10));
        for (int i = 0; i < 50; i++) {
            hub.listen("n" + i);
            hub.left(ALICE, "n" + i);
            hub.comes("n" + i);
        }
        var first = hub.received.size();
        hub.pass(Duration.ofMinutes(5));
        hub.delivery.deliver();
        var half = hub.received.size();
        hub.pass(Duration.ofMinutes(5));
        hub.delivery.deliver();
        assertThat(first).isLessThan(5);
        assertThat(half).isBetween(10, 40);
        assertThat(hub.received).hasSize(50);
    }

    @Test
    void whoLeavesBeforeItsTurnIsHandedNothing() {
        hub.listen("web01");
        spread(Duration.ofMinutes(10));
        var request = hub.left(ALICE, "web01");
        hub.comes("web01");
        hub.says(Kind.LEAVING, "web01", "boot-1");
        hub.pass(Duration.ofMinutes(10));
        hub.delivery.deliver();
        assertThat(hub.received).isEmpty();
        assertThat(hub.state(request)).isEqualTo(QueueState.WAITING);
    }
}
