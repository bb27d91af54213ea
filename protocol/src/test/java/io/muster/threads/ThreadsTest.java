package io.muster.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

class ThreadsTest {
    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration CENTURIES = Duration.ofDays(1_000_000);
    private final Threads threads = Threads.REAL;

    @Test
    void whatIsThereIsTakenAtOnceAndWhatDoesNotComeIsNot() throws InterruptedException {
        var queue = new LinkedBlockingQueue<String>();
        assertThat(threads.take(queue, SOON)).isEmpty();
        queue.add("a");
        assertThat(threads.take(queue, CENTURIES)).contains("a");
        assertThat(threads.acquire(new Semaphore(0), SOON)).isFalse();
        assertThat(threads.acquire(new Semaphore(1), Duration.ZERO)).isTrue();
        assertThat(threads.opened(new CountDownLatch(1), SOON.negated())).isFalse();
        assertThat(threads.opened(new CountDownLatch(0), SOON)).isTrue();
    }

    @Test
    void aFutureIsCompletedHoweverItWas() throws InterruptedException {
        assertThat(threads.completed(new CompletableFuture<String>(), SOON)).isFalse();
        assertThat(threads.completed(CompletableFuture.completedFuture("a"), SOON)).isTrue();
        var failed = CompletableFuture.failedFuture(new IllegalStateException("tripped"));
        assertThat(threads.completed(failed, SOON)).isTrue();
    }

    @Test
    void whoWaitsForCenturiesCanBeInterrupted() {
        var ended = new CompletableFuture<String>();
        var waiting = new AtomicReference<InterruptedException>();
        var started =
                threads.start(
                        "waits",
                        () -> {
                            try {
                                threads.acquire(new Semaphore(0), CENTURIES);
                            } catch (InterruptedException e) {
                                waiting.set(e);
                            }
                            ended.complete(Thread.currentThread().getName());
                        });
        started.interrupt();
        assertThat(ended.join()).isEqualTo("waits");
        assertThat(waiting).doesNotHaveNullValue();
    }

    @Test
    void workersDoWhatTheyAreBroughtUntilTheyAreClosed() {
        var done = new CompletableFuture<String>();
        try (var workers = threads.workers("worker", 1)) {
            workers.execute(() -> done.complete("done"));
            assertThat(done.join()).isEqualTo("done");
        }
    }

    @Test
    void whatIsAwaitedMayThrow() {
        assertThatThrownBy(
                        () ->
                                threads.await(
                                        _ -> {
                                            throw new InterruptedException("now");
                                        },
                                        SOON))
                .isInstanceOf(InterruptedException.class);
    }
}
