package io.muster.controller.render;

import io.muster.message.Live;
import io.muster.message.NodeId;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One node that says what it is at: what comes in another order is put right by its numbers, and
 * what does not come is said to be missing. For one thread at a time.
 */
final class Speaker {
    /** So many may wait for one that is missing. */
    private static final int MOST_WAITING = 32;

    private final NodeId node;
    private final String name;
    private final LivePage page;
    private final Map<String, Said> streams = new TreeMap<>();
    private final TreeMap<Integer, Live> waiting = new TreeMap<>();
    private Optional<End> end = Optional.empty();
    private int next;
    private long news = System.nanoTime();

    /** Its last word, which it numbered so. */
    private record End(int sequence, Runnable then) {}

    Speaker(NodeId node, String name, LivePage page) {
        this.node = node;
        this.name = name;
        this.page = page;
    }

    /** One stream as far as it was shown. */
    private final class Said {
        private final String stream;
        private Lines lines = new Lines(this::show);
        private long base;
        private long begun;
        private long expected;

        private Said(String stream) {
            this.stream = stream;
        }

        private void take(long offset, byte[] bytes) {
            if (offset < expected) {
                return;
            }
            if (offset > expected) {
                lines.end();
                page.gap(node, name, stream, expected, offset - expected);
                lines = new Lines(this::show);
                base = offset;
                begun = offset;
            }
            expected = offset + bytes.length;
            lines.take(bytes);
        }

        private void show(String line) {
            page.line(node, name, stream, begun, line);
            begun = base + lines.taken();
        }
    }

    /** It says that; it numbered it so. */
    void take(int sequence, Live live) {
        if (sequence >= next) {
            waiting.put(sequence, live);
            news = System.nanoTime();
        }
        show();
        if (waiting.size() > MOST_WAITING) {
            skip();
        }
    }

    /** It has said its last word; what follows is done when all before it was shown. */
    void end(int sequence, Runnable then) {
        end = Optional.of(new End(sequence, then));
        news = System.nanoTime();
        show();
    }

    /** Waits no longer for what is missing if there was no news since then. */
    void tire(long since) {
        if (waiting() && news - since < 0) {
            skip();
        }
    }

    /** Whether something is missing that may still come. */
    boolean waiting() {
        return !waiting.isEmpty() || end.isPresent();
    }

    /** Waits for nothing any more. */
    void finish() {
        while (waiting()) {
            skip();
        }
        streams.values().forEach(said -> said.lines.end());
    }

    private void skip() {
        var to = waiting.isEmpty() ? end.map(End::sequence).orElse(next) : waiting.firstKey();
        if (to > next) {
            page.missing(node, name, to - next);
        }
        next = Math.max(next, to);
        show();
    }

    private void show() {
        for (var live = waiting.remove(next); live != null; live = waiting.remove(next)) {
            next++;
            show(live);
        }
        if (end.isPresent() && waiting.isEmpty() && end.get().sequence() <= next) {
            var then = end.get().then();
            end = Optional.empty();
            streams.values().forEach(said -> said.lines.end());
            then.run();
        }
    }

    private void show(Live live) {
        switch (live) {
            case Live.Output(var stream, var offset, var bytes) ->
                    streams.computeIfAbsent(stream, Said::new).take(offset, bytes.view());
            case Live.Progress(var done, var of, var step) ->
                    page.progress(node, name, done, of, step);
        }
    }
}
