package io.muster.hub.registry.redis;

import io.muster.config.ConfigException;
import io.muster.hub.registry.Entry;
import io.muster.hub.registry.Registry;
import io.muster.hub.registry.RegistryException;
import io.muster.hub.registry.redis.RedisConnection.Command;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.security.SecurityFileException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The registry of several hubs: a Redis, which each of them reads and writes.
 *
 * <p>Under the prefix and the name of the fleet are four maps by node, {@code nodes} with the last
 * announcements, {@code facts} with the last that had facts, {@code heard} and {@code known} with
 * when they were heard, so that a hub that was cut off does not put older ones in their place; and
 * a stream, {@code news}, of whom something was stored. Whoever follows the stream learns within a
 * second what another hub heard; whoever lost the connection reads everything anew.
 *
 * <p>Whatever is there, and whoever wrote it, is read within bounds, and believed by nobody.
 */
public final class RedisRegistry implements Registry {
    private static final int PAGE = 200;
    private static final int MOST_PAGES = 1_000_000;
    private static final String MOST_NEWS = "100000";
    private static final Bytes EMPTY = Bytes.utf8("");

    /** Stores unless what is there was heard later; a time that is far off counts for nothing. */
    private static final String STORE =
            """
            local function older(key)
              local at = tonumber(redis.call('HGET', key, ARGV[1]) or '0') or 0
              return at <= tonumber(ARGV[2]) or at > tonumber(ARGV[2]) + 600000
            end
            local facts = ARGV[4] ~= '' and older(KEYS[4])
            if facts then
              redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
              redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
            end
            local last = older(KEYS[3])
            if last then
              redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
              redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
            end
            if last or facts then
              redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[6], '*',
                'node', ARGV[1], 'hub', ARGV[5], 'facts', facts and '1' or '0')
            end
            return 1
            """;

    private final RedisPlace place;
    private final String self;
    private final int mostNodes;
    private final LongSupplier nanos;
    private final Bytes nodes;
    private final Bytes facts;
    private final Bytes heard;
    private final Bytes known;
    private final Bytes news;
    private Optional<Session> session = Optional.empty();

    /** A connection that is in use. */
    private static final class Session {
        private final RedisConnection connection;
        private final Bytes script;
        private Optional<String> read = Optional.empty();

        Session(RedisConnection connection, Bytes script) {
            this.connection = connection;
            this.script = script;
        }
    }

    /** Does something over a connection. */
    @FunctionalInterface
    private interface Use {
        void by(Session session) throws IOException;
    }

    /**
     * Connects when it is used first.
     *
     * @param self what this hub is called in the stream; no two have one name
     * @param mostNodes how many are read at most
     * @param nanos of a clock that nobody sets
     */
    public RedisRegistry(
            RedisPlace place, String fleet, String self, int mostNodes, LongSupplier nanos) {
        this.place = place;
        this.self = self;
        this.mostNodes = mostNodes;
        this.nanos = nanos;
        var begin = place.prefix() + ":" + fleet + ":";
        this.nodes = Bytes.utf8(begin + "nodes");
        this.facts = Bytes.utf8(begin + "facts");
        this.heard = Bytes.utf8(begin + "heard");
        this.known = Bytes.utf8(begin + "known");
        this.news = Bytes.utf8(begin + "news");
    }

    @Override
    public boolean own() {
        return false;
    }

    @Override
    public void load(Consumer<Entry> each) {
        use(s -> everything(s, each));
    }

    @Override
    public void news(Consumer<Entry> each) {
        use(
                s -> {
                    if (s.read.isEmpty()) {
                        everything(s, each);
                    } else {
                        follow(s, each);
                    }
                });
    }

    @Override
    public void store(Collection<Entry> entries, Collection<NodeId> gone) {
        use(
                s -> {
                    for (var page : pages(List.copyOf(entries))) {
                        var commands = page.stream().map(entry -> storing(s, entry)).toList();
                        s.connection.all(commands, (_, _) -> {});
                    }
                    for (var page : pages(List.copyOf(gone))) {
                        s.connection.all(forgetting(page), (_, _) -> {});
                    }
                });
    }

    private Command storing(Session s, Entry entry) {
        var moment = entry.moment();
        return new Command(
                List.of(
                        Bytes.utf8("EVALSHA"),
                        s.script,
                        Bytes.utf8("5"),
                        nodes,
                        facts,
                        heard,
                        known,
                        news,
                        Bytes.utf8(entry.node().value()),
                        Bytes.utf8(Long.toString(moment.heard().toEpochMilli())),
                        Stored.of(entry),
                        entry.facts().orElse(EMPTY),
                        Bytes.utf8(self),
                        Bytes.utf8(MOST_NEWS)));
    }

    private List<Command> forgetting(List<NodeId> gone) {
        var commands = new ArrayList<Command>();
        for (var key : List.of(nodes, facts, heard, known)) {
            var words = new ArrayList<>(List.of(Bytes.utf8("HDEL"), key));
            gone.forEach(node -> words.add(Bytes.utf8(node.value())));
            commands.add(new Command(words));
        }
        return commands;
    }

    private static <T> List<List<T>> pages(List<T> all) {
        var pages = new ArrayList<List<T>>();
        for (int from = 0; from < all.size(); from += PAGE) {
            pages.add(all.subList(from, Math.min(all.size(), from + PAGE)));
        }
        return pages;
    }

    /** What is stored while this reads is in the stream after where it stands now. */
    private void everything(Session s, Consumer<Entry> each) throws IOException {
        var from = end(s);
        var cursor = "0";
        var read = 0;
        for (int page = 0; page < MOST_PAGES && read < mostNodes; page++) {
            var command =
                    new Command(
                            List.of(
                                    Bytes.utf8("HSCAN"),
                                    nodes,
                                    Bytes.utf8(cursor),
                                    Bytes.utf8("COUNT"),
                                    Bytes.utf8(Integer.toString(PAGE))));
            var found = Stored.items(s.connection.call(command));
            var pairs = Stored.items(found.get(1));
            var entries = new LinkedHashMap<NodeId, Bytes>();
            for (int i = 0; i + 1 < pairs.size() && read < mostNodes; i += 2, read++) {
                put(entries, pairs.get(i), pairs.get(i + 1));
            }
            withFacts(s, entries, each);
            cursor = Stored.text(found.get(0));
            if (cursor.equals("0")) {
                break;
            }
        }
        s.read = Optional.of(from);
    }

    private String end(Session s) throws IOException {
        var command =
                new Command(
                        List.of(
                                Bytes.utf8("XREVRANGE"),
                                news,
                                Bytes.utf8("+"),
                                Bytes.utf8("-"),
                                Bytes.utf8("COUNT"),
                                Bytes.utf8("1")));
        var last = Stored.items(s.connection.call(command));
        return last.isEmpty() ? "0-0" : Stored.text(Stored.items(last.getFirst()).getFirst());
    }

    private void follow(Session s, Consumer<Entry> each) throws IOException {
        List<Resp> page;
        do {
            var command =
                    new Command(
                            List.of(
                                    Bytes.utf8("XREAD"),
                                    Bytes.utf8("COUNT"),
                                    Bytes.utf8(Integer.toString(PAGE)),
                                    Bytes.utf8("STREAMS"),
                                    news,
                                    Bytes.utf8(s.read.orElse("0-0"))));
            var answer = s.connection.call(command);
            page =
                    answer instanceof Resp.Nothing
                            ? List.of()
                            : Stored.items(Stored.items(Stored.items(answer).getFirst()).get(1));
            var others = new LinkedHashMap<NodeId, Boolean>();
            for (var item : page) {
                var pair = Stored.items(item);
                s.read = Optional.of(Stored.text(pair.getFirst()));
                heardElsewhere(pair.get(1))
                        .ifPresent(n -> others.merge(n.node, n.facts, Boolean::logicalOr));
            }
            fetch(s, others, each);
        } while (page.size() == PAGE);
    }

    private record Elsewhere(NodeId node, boolean facts) {}

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

    private void fetch(Session s, Map<NodeId, Boolean> others, Consumer<Entry> each)
            throws IOException {
        var ids = List.copyOf(others.keySet());
        var entries = new LinkedHashMap<NodeId, Bytes>();
        s.connection.all(
                ids.stream().map(id -> getting(nodes, id)).toList(),
                (i, answer) -> {
                    if (answer instanceof Resp.Text(Bytes sheet)) {
                        entries.put(ids.get(i), sheet);
                    }
                });
        var whole = new LinkedHashMap<NodeId, Bytes>();
        entries.forEach(
                (id, sheet) -> {
                    if (others.getOrDefault(id, false)) {
                        whole.put(id, sheet);
                    } else {
                        Stored.entry(id, sheet, Optional.empty()).ifPresent(each);
                    }
                });
        withFacts(s, whole, each);
    }

    private void withFacts(Session s, Map<NodeId, Bytes> entries, Consumer<Entry> each)
            throws IOException {
        var all = List.copyOf(entries.entrySet());
        s.connection.all(
                all.stream().map(entry -> getting(facts, entry.getKey())).toList(),
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

    private static void put(Map<NodeId, Bytes> entries, Resp field, Resp value) {
        if (value instanceof Resp.Text(Bytes sheet)) {
            Stored.node(field).ifPresent(id -> entries.put(id, sheet));
        }
    }

    /** Whatever is wrong with a connection, the next use makes another, and reads everything. */
    private void use(Use use) {
        try {
            if (session.isEmpty()) {
                session = Optional.of(enter());
            }
            use.by(session.get());
        } catch (IOException | ConfigException | SecurityFileException e) {
            close();
            throw new RegistryException(
                    "redis " + place.server() + ": " + Escape.line(String.valueOf(e.getMessage())),
                    e);
        } catch (IndexOutOfBoundsException | NoSuchElementException e) {
            close();
            throw new RegistryException("redis " + place.server() + ": a list is too short", e);
        }
    }

    private Session enter() throws IOException {
        var connection = RedisConnection.open(place, nanos);
        try {
            var answer = connection.call(Command.of("SCRIPT", "LOAD", STORE));
            return new Session(connection, Bytes.utf8(Stored.text(answer)));
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void close() {
        session.ifPresent(s -> s.connection.close());
        session = Optional.empty();
    }
}
