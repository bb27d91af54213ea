package io.muster.hub.registry.redis;

import io.muster.hub.registry.Entry;
import io.muster.hub.registry.redis.RedisConnection.Command;
import io.muster.message.Bytes;
import io.muster.message.NodeId;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reads what hubs stored, over one connection: everything, and then what is new.
 *
 * <p>Each entry is handed out as it comes and not kept, one page is in memory at a time, and there
 * is an end to pages, entries, bytes and time. A Redis that goes on without getting anywhere, with
 * a cursor that was there before or a stream that goes back, has broken the connection.
 */
final class Reading {
    private static final String BEGIN = "0";
    private static final String NOWHERE = "0-0";

    private final RedisConnection connection;
    private final RedisKeys keys;
    private final String self;
    private final RedisBounds bounds;
    private final LongSupplier nanos;
    private Optional<String> read = Optional.empty();

    private record Elsewhere(NodeId node, boolean facts) {}

    Reading(
            RedisConnection connection,
            RedisKeys keys,
            String self,
            RedisBounds bounds,
            LongSupplier nanos) {
        this.connection = connection;
        this.keys = keys;
        this.self = self;
        this.bounds = bounds;
        this.nanos = nanos;
    }

    /** Whether everything was read, so that only what is new has to be. */
    boolean follows() {
        return read.isPresent();
    }

    /**
     * What is stored while this reads is in the stream after where it stands now.
     *
     * @return whether that was all, and no more than there may be
     */
    boolean everything(Duration limit, Consumer<Entry> each) throws IOException {
        connection.within(limit);
        var from = end();
        var before = connection.received();
        var seen = new HashSet<String>();
        var entries = 0L;
        var cursor = BEGIN;
        do {
            if (!seen.add(cursor) || seen.size() > bounds.pages()) {
                throw new IOException("it goes round in circles: " + seen.size() + " pages");
            }
            var page = Stored.items(connection.call(scanning(cursor)));
            cursor = Stored.text(page.getFirst());
            var pairs = Stored.items(page.get(1));
            entries += pairs.size() / 2;
            withFacts(found(pairs), each);
            if (connection.received() - before > bounds.bytes()) {
                throw new IOException("more than " + bounds.bytes() + " bytes of nodes");
            }
        } while (!cursor.equals(BEGIN) && entries < bounds.entries());
        read = Optional.of(from);
        return cursor.equals(BEGIN);
    }

    private Command scanning(String cursor) {
        return new Command(
                List.of(
                        Bytes.utf8("HSCAN"),
                        keys.nodes(),
                        Bytes.utf8(cursor),
                        Bytes.utf8("COUNT"),
                        Bytes.utf8(Integer.toString(RedisBounds.PAGE))));
    }

    private static Map<NodeId, Bytes> found(List<Resp> pairs) {
        var found = new LinkedHashMap<NodeId, Bytes>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            if (pairs.get(i + 1) instanceof Resp.Text(Bytes sheet)) {
                Stored.node(pairs.get(i)).ifPresent(id -> found.put(id, sheet));
            }
        }
        return found;
    }

    private String end() throws IOException {
        var command =
                new Command(
                        List.of(
                                Bytes.utf8("XREVRANGE"),
                                keys.news(),
                                Bytes.utf8("+"),
                                Bytes.utf8("-"),
                                Bytes.utf8("COUNT"),
                                Bytes.utf8("1")));
        var last = Stored.items(connection.call(command));
        return last.isEmpty() ? NOWHERE : Stored.text(Stored.items(last.getFirst()).getFirst());
    }

    /** What others stored since; the next call goes on where too much of it was left. */
    void news(Consumer<Entry> each) throws IOException {
        connection.within(bounds.later());
        var begun = nanos.getAsLong();
        var entries = 0L;
        var size = 0;
        do {
            var page = page();
            size = page.size();
            entries += size;
            var others = new LinkedHashMap<NodeId, Boolean>();
            for (var item : page) {
                var pair = Stored.items(item);
                goOn(Stored.text(pair.getFirst()));
                heardElsewhere(pair.get(1))
                        .ifPresent(n -> others.merge(n.node, n.facts, Boolean::logicalOr));
            }
            fetch(others, each);
        } while (size == RedisBounds.PAGE
                && entries < bounds.entries()
                && nanos.getAsLong() - begun < bounds.news().toNanos());
    }

    private List<Resp> page() throws IOException {
        var command =
                new Command(
                        List.of(
                                Bytes.utf8("XREAD"),
                                Bytes.utf8("COUNT"),
                                Bytes.utf8(Integer.toString(RedisBounds.PAGE)),
                                Bytes.utf8("STREAMS"),
                                keys.news(),
                                Bytes.utf8(read.orElse(NOWHERE))));
        var answer = connection.call(command);
        if (answer instanceof Resp.Nothing) {
            return List.of();
        }
        var page = Stored.items(Stored.items(Stored.items(answer).getFirst()).get(1));
        if (page.size() > RedisBounds.PAGE) {
            throw new IOException(page.size() + " news, where " + RedisBounds.PAGE + " were asked");
        }
        return page;
    }

    private void goOn(String id) throws IOException {
        if (!Stored.later(id, read.orElse(NOWHERE))) {
            throw new IOException("its stream goes back");
        }
        read = Optional.of(id);
    }

    /** Nothing for what this hub stored, and for what no hub wrote. */
    private Optional<Elsewhere> heardElsewhere(Resp fields) {
        try {
            var said = Stored.items(fields);
            if (said.size() != 6 || Stored.text(said.get(3)).equals(self)) {
                return Optional.empty();
            }
            var withFacts = Stored.text(said.get(5)).equals("1");
            return Stored.node(said.get(1)).map(node -> new Elsewhere(node, withFacts));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void fetch(Map<NodeId, Boolean> others, Consumer<Entry> each) throws IOException {
        var ids = List.copyOf(others.keySet());
        var whole = new LinkedHashMap<NodeId, Bytes>();
        connection.all(
                ids.stream().map(id -> getting(keys.nodes(), id)).toList(),
                (i, answer) -> {
                    if (answer instanceof Resp.Text(Bytes sheet)) {
                        var id = ids.get(i);
                        if (others.getOrDefault(id, false)) {
                            whole.put(id, sheet);
                        } else {
                            Stored.entry(id, sheet, Optional.empty()).ifPresent(each);
                        }
                    }
                });
        withFacts(whole, each);
    }

    private void withFacts(Map<NodeId, Bytes> entries, Consumer<Entry> each) throws IOException {
        var all = List.copyOf(entries.entrySet());
        connection.all(
                all.stream().map(entry -> getting(keys.facts(), entry.getKey())).toList(),
                (i, answer) -> {
                    var envelope =
                            answer instanceof Resp.Text(Bytes bytes)
                                    ? Optional.of(bytes)
                                    : Optional.<Bytes>empty();
                    var entry = all.get(i);
                    Stored.entry(entry.getKey(), entry.getValue(), envelope).ifPresent(each);
                });
    }

    private static Command getting(Bytes key, NodeId id) {
        return new Command(List.of(Bytes.utf8("HGET"), key, Bytes.utf8(id.value())));
    }
}
