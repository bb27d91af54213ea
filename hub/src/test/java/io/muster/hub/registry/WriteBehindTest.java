package io.muster.hub.registry;

import static io.muster.hub.registry.RegistryContract.NOON;
import static io.muster.hub.registry.RegistryContract.entry;
import static io.muster.hub.registry.RegistryContract.full;
import static io.muster.hub.registry.RegistryContract.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.message.NodeId;
import io.muster.threads.Threads;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

class WriteBehindTest {
    private static final NodeId WEB01 = new NodeId("web01");

    private final Shelf shelf = new Shelf();
    private final List<Entry> news = new CopyOnWriteArrayList<>();
    private volatile Instant now = NOON;
    private final WriteBehind notes = new WriteBehind(shelf, news::add, () -> now, Threads.REAL);

    /** A registry in memory that can be away. */
    private static final class Shelf implements Registry {
        private final Map<NodeId, Entry> kept = new ConcurrentHashMap<>();
        private final List<Entry> stored = new CopyOnWriteArrayList<>();
        private final List<Entry> others = new CopyOnWriteArrayList<>();
        private volatile boolean away;
        private volatile boolean closed;

        private void check() {
            if (away) {
                throw new RegistryException("the shelf is away");
            }
        }

        @Override
        public void load(Consumer<Entry> each) {
            check();
            kept.values().forEach(each);
        }

        @Override
        public void news(Consumer<Entry> each) {
            check();
            var all = new ArrayList<>(others);
            others.removeAll(all);
            all.forEach(each);
        }

        @Override
        public void store(Collection<Entry> heard, Collection<NodeId> gone) {
            check();
            stored.addAll(heard);
            heard.forEach(entry -> kept.put(entry.node(), entry));
            gone.forEach(kept::remove);
        }

        @Override
        public boolean own() {
            return false;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void whatIsNotedIsStoredWithinTwoSecondsTheNewestOfEachNodeOnly() {
        notes.note(full("web01", 1, "facts"));
        notes.note(plain("web01", 2, "later"));
        notes.note(full("web02", 1, "two"));
        notes.start();
        await().atMost(Duration.ofSeconds(2)).until(() -> shelf.stored.size() == 2);
        assertThat(shelf.kept.get(WEB01))
                .isEqualTo(entry("web01", 2, "later", Optional.of("facts")));
        notes.forget(WEB01);
        notes.close();
        assertThat(shelf.kept).containsOnlyKeys(new NodeId("web02"));
        assertThat(shelf.closed).isTrue();
    }

    @Test
    void nothingNewAfterSomethingThatWasNotStoredIsSomethingNew() {
        notes.note(plain("web01", 1, "first"));
        notes.note(entry("web01", 2, true, "second", Optional.empty()));
        notes.start();
        await().until(() -> shelf.stored.size() == 1);
        assertThat(shelf.stored.getFirst()).isEqualTo(plain("web01", 2, "second"));
        notes.note(entry("web01", 3, true, "third", Optional.empty()));
        await().until(() -> shelf.stored.size() == 2);
        assertThat(shelf.stored.getLast().again()).isTrue();
        notes.close();
    }

    @Test
    void whileTheRegistryIsAwayNotesWaitAndItSaysSo() {
        shelf.away = true;
        shelf.others.add(full("web09", 1, "of another hub"));
        notes.note(full("web01", 1, "facts"));
        notes.start();
        await().until(() -> notes.trouble().isPresent());
        notes.note(plain("web01", 2, "later"));
        notes.note(full("web02", 2, "two"));
        now = NOON.plusSeconds(180);
        assertThat(notes.trouble())
                .contains("the shelf is away, for 3m: 2 nodes wait to be written down");
        shelf.away = false;
        await().until(() -> notes.trouble().isEmpty());
        assertThat(shelf.kept.get(WEB01))
                .isEqualTo(entry("web01", 2, "later", Optional.of("facts")));
        assertThat(shelf.kept).hasSize(2);
        assertThat(news).containsExactly(full("web09", 1, "of another hub"));
        notes.close();
    }

    @Test
    void whatWaitsIsBoundedAndWhatIsLeftOutIsCounted() {
        shelf.away = true;
        var large = "x".repeat(1 << 20);
        for (int i = 0; i < 70; i++) {
            notes.note(plain("n-" + i, 1, large));
        }
        notes.start();
        await().until(() -> notes.trouble().isPresent());
        assertThat(notes.trouble().orElseThrow())
                .contains("64 nodes wait")
                .endsWith(", 6 notes were left out");
        notes.note(plain("n-1", 2, "small again"));
        notes.note(plain("n-69", 2, large));
        shelf.away = false;
        await().until(() -> notes.trouble().isEmpty());
        assertThat(shelf.kept).hasSize(64);
        notes.close();
    }
}
