package io.muster.controller.render;

import io.muster.controller.Entry;
import io.muster.controller.Report;
import io.muster.controller.discovery.Target;
import io.muster.controller.discovery.Targets;
import io.muster.message.ActionName;
import io.muster.message.Live;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.Reply.Answer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Shows, around another renderer, what nodes say while they are at it: whole lines, and of each
 * node in their order. A node's last word comes after what it said before. Whoever hands on what
 * they say never waits: what cannot be shown fast enough is said to be missing.
 */
public final class LiveRenderer implements Renderer, Consumer<Reply> {
    /** More than these nobody can read at once. */
    public static final int MANY = 50;

    private static final int MOST_WAITING = 8_192;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration GLANCE = Duration.ofMillis(100);

    private final Renderer output;
    private final LivePage page;
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<NodeId, Speaker> speakers = new HashMap<>();
    private final Thread shower;
    private Map<NodeId, String> labels = Map.of();

    /** What there is to show. */
    private sealed interface Event {
        /** A node is at it. */
        record Going(Reply reply) implements Event {}

        /** A node has said its last word. */
        record Over(Entry entry) implements Event {}

        /** Nothing more comes. */
        record End() implements Event {}
    }

    /**
     * @param json one typed object a line, instead of lines for people
     */
    public LiveRenderer(Screen screen, Renderer output, boolean json) {
        this.output = output;
        this.page = json ? new LiveJson(screen) : new LiveText(screen);
        this.shower = Thread.ofVirtual().name("live").unstarted(this::show);
    }

    @Override
    public void started(ActionName action) {
        output.started(action);
    }

    /** Names that several have are no names. */
    @Override
    public void discovered(Targets targets) {
        output.discovered(targets);
        var count =
                targets.all().stream()
                        .collect(Collectors.groupingBy(Target::name, Collectors.counting()));
        labels =
                targets.all().stream()
                        .filter(t -> Optional.ofNullable(count.get(t.name())).orElse(0L) == 1)
                        .collect(Collectors.toMap(Target::id, Target::name));
        shower.start();
    }

    @Override
    public void accept(Reply reply) {
        var _ = events.offer(new Event.Going(reply));
    }

    @Override
    public void replied(Entry entry) {
        put(new Event.Over(entry));
    }

    @Override
    public void finished(Report report) {
        if (shower.getState() != Thread.State.NEW) {
            put(new Event.End());
            join();
        }
        output.finished(report);
    }

    /** Also on the way out after Ctrl-C: the interrupt is kept for later. */
    private void put(Event event) {
        var interrupted = Thread.interrupted();
        try {
            events.put(event);
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void join() {
        var interrupted = Thread.interrupted();
        try {
            shower.join();
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        try {
            var more = true;
            // At the end, what is being verified right now is waited for as long as ever.
            while (more || speakers.values().stream().anyMatch(Speaker::waiting)) {
                var event = events.poll();
                if (event == null) {
                    page.pause();
                    event = events.poll(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
                }
                var tired = System.nanoTime() - PATIENCE.toNanos();
                speakers.values().forEach(speaker -> speaker.tire(tired));
                more = (event == null || shown(event)) && more;
            }
            speakers.values().forEach(Speaker::finish);
            page.pause();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if that was the last. */
    private boolean shown(Event event) {
        switch (event) {
            case Event.Going(Reply reply) -> going(reply);
            case Event.Over(Entry entry) -> {
                var sequence = entry.reply().map(Reply::sequence).orElse(0);
                speaker(entry.id(), entry.name()).end(sequence, () -> output.replied(entry));
            }
            case Event.End() -> {
                return false;
            }
        }
        return true;
    }

    private void going(Reply reply) {
        if (reply.answer() instanceof Answer.Part(var data)) {
            try {
                var live = Live.of(data);
                speaker(reply.sender().nodeId(), reply.name()).take(reply.sequence(), live);
            } catch (MalformedException _) {
                // What it said is not shown, and so it is missing.
            }
        }
    }

    private Speaker speaker(NodeId node, String name) {
        var label = labels.isEmpty() ? name : labels.getOrDefault(node, node.value());
        return speakers.computeIfAbsent(node, id -> new Speaker(id, label, page));
    }
}
