package io.muster.controller.ask;

import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.threads.Threads;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * The genuine replies to some requests, in order of arrival; closing it makes later ones late. For
 * one thread.
 */
public final class Replies implements AutoCloseable {
    private final BlockingQueue<Received> queue;
    private final Threads threads;
    private final Consumer<Map<Asked, Role>> more;
    private final Consumer<Set<RequestId>> end;
    private final Set<RequestId> asked = new HashSet<>();

    Replies(
            BlockingQueue<Received> queue,
            Threads threads,
            Consumer<Map<Asked, Role>> more,
            Consumer<Set<RequestId>> end) {
        this.queue = queue;
        this.threads = threads;
        this.more = more;
        this.end = end;
    }

    /** Lets through what these roles answer to further questions; call it before they are sent. */
    public void also(Map<Asked, Role> questions) {
        questions.keySet().forEach(question -> asked.add(question.id()));
        more.accept(questions);
    }

    /**
     * The next reply; empty if none has come after {@code limit}, at once if that is not positive.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Optional<Received> next(Duration limit) throws InterruptedException {
        return threads.take(queue, limit);
    }

    /** What time it is, as {@link Received#arrived} counts. */
    public long ticks() {
        return threads.ticks();
    }

    @Override
    public void close() {
        end.accept(asked);
    }
}
