package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.threads.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

class DeafnessTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir private Path directory;
    private final AtomicLong later = new AtomicLong();
    private final List<String> resigned = new ArrayList<>();
    private boolean idle;

    @Test
    void nobodyWhoKeepsMessagesBackEndsWhatANodeIsAt() {
        var deafness = new Deafness(() -> idle, resigned::add, System.getLogger("test"));
        deafness.accept("nothing arrives");
        deafness.accept("nothing arrives");
        assertThat(resigned).isEmpty();
        idle = true;
        deafness.accept("nothing arrives");
        assertThat(resigned).containsExactly("nothing arrives");
    }

    /** The threads of this machine, after some time. */
    private record Later(AtomicLong nanos) implements Threads {
        @Override
        public long ticks() {
            return Threads.REAL.ticks() + nanos.get();
        }

        @Override
        public Started start(String name, Runnable work) {
            return Threads.REAL.start(name, work);
        }

        @Override
        public <T> Optional<T> await(Awaited<T> what, Duration limit) throws InterruptedException {
            return Threads.REAL.await(what, limit);
        }

        @Override
        public Workers workers(String name, int waiting) {
            return Threads.REAL.workers(name, waiting);
        }
    }

    private NodeFixture at(String action) throws IOException {
        var fixture = new NodeFixture(directory);
        fixture.on(new Later(later));
        fixture.restart();
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.*"]}]}
                """);
        fixture.draft(action, ActionClass.CHANGE).send();
        await().atMost(LIMIT).until(() -> fixture.runs.get() == 1);
        return fixture;
    }

    @Test
    void whatWasAnsweredAndHangsKeepsNobodyAlive() throws IOException {
        try (var fixture = at("test.tardy")) {
            await().atMost(LIMIT).until(() -> !fixture.replies().isEmpty());
            await().atMost(LIMIT).until(fixture::idle);
            fixture.hold.countDown();
        }
    }

    @Test
    void whatShouldHaveBeenAnsweredLongAgoDoesNotEither() throws IOException {
        try (var fixture = at("test.hold")) {
            assertThat(fixture.idle()).isFalse();
            later.set(Duration.ofSeconds(60).toNanos());
            assertThat(fixture.idle()).isFalse();
            // Whoever sets the clock does not make time pass.
            fixture.pass(Duration.ofHours(2));
            assertThat(fixture.idle()).isFalse();
            later.set(Duration.ofSeconds(121).toNanos());
            assertThat(fixture.idle()).isTrue();
            fixture.hold.countDown();
        }
    }
}
