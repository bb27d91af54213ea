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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
 * <p>Whatever is there, and whoever wrote it, is read within {@link RedisBounds}, and believed by
 * nobody.
 */
public final class RedisRegistry implements Registry {
    private static final int PAGE = 200;
    private static final Logger LOG = System.getLogger(RedisRegistry.class.getName());
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
    private final RedisBounds bounds;
    private final LongSupplier nanos;
    private final RedisKeys keys;
    private Optional<Session> session = Optional.empty();
    private boolean toldOfMore;

    /** A connection that is in use. */
    private record Session(RedisConnection connection, Bytes script, Reading reading) {}

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
        this(place, fleet, self, RedisBounds.of(mostNodes), nanos);
    }

    /** The same within other bounds. */
    RedisRegistry(
            RedisPlace place, String fleet, String self, RedisBounds bounds, LongSupplier nanos) {
        this.place = place;
        this.self = self;
        this.bounds = bounds;
        this.nanos = nanos;
        this.keys = RedisKeys.of(place.prefix(), fleet);
    }

    @Override
    public boolean own() {
        return false;
    }

    @Override
    public void load(Consumer<Entry> each) {
        use(s -> everything(s, bounds.first(), each));
    }

    @Override
    public void news(Consumer<Entry> each) {
        use(
                s -> {
                    if (s.reading.follows()) {
                        s.reading.news(each);
                    } else {
                        everything(s, bounds.later(), each);
                    }
                });
    }

    private void everything(Session s, Duration limit, Consumer<Entry> each) throws IOException {
        if (!s.reading.everything(limit, each) && !toldOfMore) {
            toldOfMore = true;
            LOG.log(
                    Level.WARNING,
                    () ->
                            "redis "
                                    + place.server()
                                    + ": holds more than the "
                                    + bounds.nodes()
                                    + " nodes that max-nodes allows; the rest is left out");
        }
    }

    @Override
    public void store(Collection<Entry> entries, Collection<NodeId> gone) {
        use(
                s -> {
                    s.connection.within(bounds.later());
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
                        keys.nodes(),
                        keys.facts(),
                        keys.heard(),
                        keys.known(),
                        keys.news(),
                        Bytes.utf8(entry.node().value()),
                        Bytes.utf8(Long.toString(moment.heard().toEpochMilli())),
                        Stored.of(entry),
                        entry.facts().orElse(EMPTY),
                        Bytes.utf8(self),
                        Bytes.utf8(MOST_NEWS)));
    }

    private List<Command> forgetting(List<NodeId> gone) {
        var commands = new ArrayList<Command>();
        for (var key : keys.maps()) {
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
        var connection = RedisConnection.open(place, bounds.answer(), nanos);
        try {
            var answer = connection.call(Command.of("SCRIPT", "LOAD", STORE));
            return new Session(
                    connection,
                    Bytes.utf8(Stored.text(answer)),
                    new Reading(connection, keys, self, bounds, nanos));
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
