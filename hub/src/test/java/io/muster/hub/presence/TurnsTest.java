package io.muster.hub.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.Identity;
import io.muster.message.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

class TurnsTest {
    private static final Identity ALICE = new Identity("test", Role.OPERATOR, "alice");
    private static final Identity BOB = new Identity("test", Role.OPERATOR, "bob");
    private static final Identity CAROL = new Identity("test", Role.OPERATOR, "carol");

    private final Turns turns = new Turns(2, 3);
    private final Queue<String> under = new ConcurrentLinkedQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        end.countDown();
    }

    private void ask(Identity caller, String name) {
        assertThat(turns.queue(caller)).isTrue();
        Thread.ofVirtual().start(() -> turns.take(caller, () -> answer(name)));
    }

    private void answer(String name) {
        under.add(name);
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoAsksOftenKeepsNobodyElseWaiting() {
        ask(ALICE, "alice 1");
        await().until(() -> under.contains("alice 1"));
        ask(ALICE, "alice 2");
        ask(ALICE, "alice 3");
        ask(BOB, "bob 1");
        await().until(() -> under.contains("bob 1"));
        assertThat(under).containsExactly("alice 1", "bob 1");
        end.countDown();
        await().until(() -> under.size() == 4);
    }

    @Test
    void aFewAreAnsweredAtOnceAndNobodyIsForgotten() {
        ask(ALICE, "alice");
        ask(BOB, "bob");
        await().until(() -> under.size() == 2);
        ask(CAROL, "carol");
        assertThat(under).doesNotContain("carol");
        end.countDown();
        await().until(() -> under.contains("carol"));
    }

    @Test
    void oneCallerWaitsForOnlySoMany() {
        ask(ALICE, "1");
        ask(ALICE, "2");
        ask(ALICE, "3");
        assertThat(turns.queue(ALICE)).isFalse();
        assertThat(turns.queue(BOB)).isTrue();
        end.countDown();
        await().until(() -> under.size() == 3);
        await().until(() -> turns.queue(ALICE));
    }
}
