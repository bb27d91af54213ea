package io.muster.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

class SupervisionTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final List<String> reasons = new CopyOnWriteArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final SupervisedThreads threads =
            new SupervisedThreads(Threads.REAL, SHORT, reasons::add);

    @Test
    void aLoopThatBreaksIsBegunAnewWhateverBrokeIt() {
        threads.keep(
                "loop",
                () -> {
                    switch (begun.incrementAndGet()) {
                        case 1 -> throw new StackOverflowError("deep");
                        case 2 -> throw new IllegalStateException("broken");
                        default -> {}
                    }
                });
        await().until(() -> begun.get() == 3);
        assertThat(reasons).isEmpty();
    }

    @Test
    void oneThatGoesOnBreakingIsGivenUpAndSaysWhy() {
        threads.keep(
                "announcer",
                () -> {
                    throw new NoClassDefFoundError("for the " + begun.incrementAndGet());
                });
        await().until(() -> !reasons.isEmpty());
        assertThat(reasons)
                .containsExactly(
                        "announcer broke 6 times within 10 minutes, at last by"
                                + " java.lang.NoClassDefFoundError: for the 6");
        assertThat(begun.get()).isEqualTo(SupervisedThreads.MOST + 1);
    }

    @Test
    void whoIsInterruptedIsNotBegunAnew() {
        var inIt = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        var started =
                threads.keep(
                        "loop",
                        () -> {
                            begun.incrementAndGet();
                            inIt.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                                over.countDown();
                            }
                        });
        await().until(() -> inIt.getCount() == 0);
        started.interrupt();
        await().until(() -> over.getCount() == 0);
        assertThat(begun.get()).isOne();
    }

    @Test
    void threadsThatDoNotRunAreNoticedFromOutside() throws InterruptedException {
        var tries = new AtomicInteger();
        var dog =
                new Watchdog(
                        work -> {
                            if (tries.incrementAndGet() < 3) {
                                work.run();
                            }
                        },
                        SHORT,
                        3,
                        reasons::add);
        var watching = Thread.ofPlatform().daemon().start(dog::run);
        watching.join();
        assertThat(tries.get()).isEqualTo(3);
        assertThat(reasons).hasSize(1).allMatch(r -> r.startsWith("no thread has begun to run"));
    }

    @Test
    void aProcessResignsOnce() {
        var resignation = new Resignation(System.getLogger("test"), reasons::add);
        resignation.accept("one");
        resignation.accept("two");
        assertThat(reasons).containsExactly("one");
    }
}
