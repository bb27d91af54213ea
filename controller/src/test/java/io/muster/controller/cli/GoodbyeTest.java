package io.muster.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

class GoodbyeTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final CountDownLatch over = new CountDownLatch(1);

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** As a terminal at which nobody types: reading it ends with the program. */
    private static InputStream nobodyTypes(CountDownLatch end) {
        return new InputStream() {
            @Override
            public int read(byte[] into, int from, int length) {
                return read();
            }

            @Override
            public int read() {
                while (end.getCount() > 0) {
                    Thread.interrupted();
                    Thread.onSpinWait();
                }
                return -1;
            }
        };
    }

    private static int read(Typed typed) {
        try {
            return typed.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCommandThatReadsWhatIsTypedIsNotWaitedFor() throws InterruptedException {
        var end = new CountDownLatch(1);
        var typed = new Typed(nobodyTypes(end));
        var command = Thread.ofPlatform().start(() -> read(typed));
        await().atMost(LONG).until(typed::awaited);
        var start = System.nanoTime();
        new Goodbye(command, over, typed, LONG).run();
        assertThat(since(start)).isLessThan(LONG);
        end.countDown();
        command.join();
        assertThat(typed.awaited()).isFalse();
    }

    @Test
    void aCommandThatWaitsForAnswersIsInterruptedAndMayReport() throws InterruptedException {
        var command =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        new CountDownLatch(1).await();
                                    } catch (InterruptedException e) {
                                        over.countDown();
                                    }
                                });
        new Goodbye(command, over, new Typed(new ByteArrayInputStream(new byte[0])), LONG).run();
        assertThat(over.getCount()).isZero();
        command.join();
    }

    @Test
    void aCommandThatHasEndedIsLeftAloneToSayHow() throws InterruptedException {
        over.countDown();
        var interrupted = new AtomicBoolean();
        var end = new CountDownLatch(1);
        var command =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        end.await();
                                    } catch (InterruptedException e) {
                                        interrupted.set(true);
                                    }
                                });
        var goodbye = new Goodbye(command, over, new Typed(InputStream.nullInputStream()), LONG);
        var saying = Thread.ofPlatform().start(goodbye);
        await().atMost(LONG).until(() -> saying.getState() == Thread.State.TIMED_WAITING);
        // What the signal's end would be is not before the command's own.
        assertThat(saying.isAlive()).isTrue();
        end.countDown();
        saying.join();
        command.join();
        assertThat(interrupted).isFalse();
    }
}
