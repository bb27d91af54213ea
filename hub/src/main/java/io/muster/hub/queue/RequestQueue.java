package io.muster.hub.queue;

import io.muster.hub.queue.QueueFiles.Item;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.queue.QueueEntry;
import io.muster.queue.QueueState;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests that wait for nodes which are away: on the disk before anybody hears that they are
 * taken, in the order in which they came, until they expire, are withdrawn, or their node's id
 * begins anew. Bounded, in all, for each sender and for each node. Thread-safe.
 *
 * <p>Whether a node has got one the hub cannot know: only nodes know what they have done, and tell
 * the sender alone. So one that was handed out is handed out again, ever more seldom, until it
 * expires; a node does nothing twice. An id names a request of its sender alone, so that nobody can
 * take the place of another's.
 */
public final class RequestQueue {
    /** How long it is still told what became of one after it has expired, if there is room. */
    static final Duration TOLD = Duration.ofDays(30);

    /** Of those that do not wait any more, so many are told at the most: the latest. */
    static final int MOST_TOLD = QueueTerms.MOST;

    /** What is handed to a node at once; the rest after its next word, in its order. */
    static final long AT_ONCE = 8L << 20;

    /** One that was handed out may come to a node that is about to end, or is busy. */
    private static final Duration AGAIN = Duration.ofSeconds(20);

    private static final Duration SELDOM = Duration.ofHours(1);
    private static final int DOUBLINGS = 8;

    private static final Logger LOG = System.getLogger(RequestQueue.class.getName());

    private final QueueFiles files;
    private final QueueTerms terms;
    private final InstantSource clock;
    private final TreeMap<Long, Item> items = new TreeMap<>();
    private final Map<Key, Long> places = new HashMap<>();
    private final Map<NodeId, TreeMap<Long, Item>> lanes = new HashMap<>();
    private final Map<Long, Handing> handings = new HashMap<>();
    private final Set<NodeId> nodes = ConcurrentHashMap.newKeySet();
    private long last;

    /** Names a request. */
    private record Key(String request, Identity sender) {
        static Key of(QueueEntry entry) {
            return new Key(entry.request(), entry.sender());
        }
    }

    /** How often it was handed to a node in that boot, and when it may be again. */
    private record Handing(String boot, int times, Instant next) {}

    /** What is to be kept, as it was signed. */
    record Offer(Request request, Bytes envelope) {}

    /** What is to be handed out. */
    record Due(long place, Bytes envelope, Instant expires) {}

    /**
     * With what an earlier life of the hub left in that directory.
     *
     * @throws QueueException if it cannot be read
     */
    public RequestQueue(Path directory, QueueTerms terms, InstantSource clock) {
        this.files = new QueueFiles(directory);
        this.terms = terms;
        this.clock = clock;
        files.all().forEach(this::keep);
    }

    private void keep(Item item) {
        var entry = item.entry();
        items.put(entry.place(), item);
        places.put(Key.of(entry), entry.place());
        lanes.computeIfAbsent(entry.node(), _ -> new TreeMap<>()).put(entry.place(), item);
        nodes.add(entry.node());
        last = Math.max(last, entry.place());
    }

    private void forget(Item item) {
        var entry = item.entry();
        files.remove(item);
        items.remove(entry.place());
        places.remove(Key.of(entry));
        handings.remove(entry.place());
        lanes.computeIfPresent(
                entry.node(),
                (_, lane) -> {
                    lane.remove(entry.place());
                    return lane.isEmpty() ? null : lane;
                });
    }

    /**
     * Keeps those for which there is room; one that is kept already stays as it is.
     *
     * @return why not, of those that are not kept
     * @throws QueueException if they cannot be written down: none of them is kept
     */
    synchronized Map<RequestId, String> put(List<Offer> offers) {
        tidy();
        var refused = new LinkedHashMap<RequestId, String>();
        var fresh = new LinkedHashMap<Item, Bytes>();
        var room = room();
        for (var offer : offers) {
            var entry = QueueEntry.of(last + fresh.size() + 1, offer.request());
            var known = Optional.ofNullable(places.get(Key.of(entry))).map(items::get);
            if (known.isPresent()) {
                gone(known.get()).ifPresent(why -> refused.put(offer.request().id(), why));
                continue;
            }
            var size = offer.envelope().length();
            room.enter(entry.node(), entry.sender(), size)
                    .ifPresentOrElse(
                            why -> refused.put(offer.request().id(), why),
                            () -> fresh.put(new Item(entry, size), offer.envelope()));
        }
        if (!fresh.isEmpty()) {
            files.add(fresh);
            fresh.keySet().forEach(this::keep);
        }
        return refused;
    }

    private static Optional<String> gone(Item known) {
        return known.closed() ? Optional.of("it was taken back") : Optional.empty();
    }

    /** For which of these nodes one more of that sender's could not be kept now, and why not. */
    synchronized Map<NodeId, String> full(Identity sender, List<NodeId> wanted) {
        var full = new LinkedHashMap<NodeId, String>();
        var room = room();
        wanted.forEach(node -> room.enter(node, sender, 0).ifPresent(why -> full.put(node, why)));
        return full;
    }

    private Room room() {
        var now = clock.instant();
        var waiting = items.values().stream().filter(item -> item.open(now)).toList();
        return new Room(terms.share(), waiting);
    }

    /** What is known of all, in their order. */
    synchronized List<QueueEntry> entries() {
        var now = clock.instant();
        return items.values().stream().map(item -> item.entry().at(now)).toList();
    }

    /** The places of those of that sender's requests that are here. */
    synchronized List<Long> places(List<RequestId> requests, Identity sender) {
        return requests.stream()
                .map(id -> Optional.ofNullable(places.get(new Key(id.value(), sender))))
                .flatMap(Optional::stream)
                .toList();
    }

    /** What is there of these. */
    synchronized List<QueueEntry> at(Collection<Long> some) {
        var now = clock.instant();
        return found(some).stream().map(item -> item.entry().at(now)).toList();
    }

    private List<Item> found(Collection<Long> some) {
        return some.stream()
                .distinct()
                .map(place -> Optional.ofNullable(items.get(place)))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Takes these back, so that none of them is handed out any more.
     *
     * @return what is known of them now
     * @throws QueueException if that cannot be written down
     */
    synchronized List<QueueEntry> withdraw(Collection<Long> some) {
        var now = clock.instant();
        end(found(some).stream().filter(item -> item.open(now)).toList(), QueueState.WITHDRAWN);
        return at(some);
    }

    /** Those that wait get that state; of those that were handed out, nodes know. */
    private void end(List<Item> some, QueueState state) {
        var moves = new LinkedHashMap<Item, Item>();
        for (var item : some) {
            var waits = item.entry().state() == QueueState.WAITING;
            moves.put(item, waits ? item.in(state) : item.close());
        }
        files.move(moves);
        moves.values().forEach(this::keep);
    }

    /** Whether anything may be here for that node; quick. */
    boolean concerns(NodeId node) {
        return nodes.contains(node);
    }

    /** Whether something is to be handed to that node now, which is in that boot. */
    synchronized boolean due(NodeId node, String boot) {
        var now = clock.instant();
        return open(node, now).stream().anyMatch(item -> ready(item, boot, now));
    }

    private List<Item> open(NodeId node, Instant now) {
        var lane = Optional.ofNullable(lanes.get(node));
        return lane.stream()
                .flatMap(some -> some.values().stream())
                .filter(item -> item.open(now))
                .toList();
    }

    private boolean ready(Item item, String boot, Instant now) {
        return Optional.ofNullable(handings.get(item.entry().place()))
                .filter(handing -> handing.boot().equals(boot) && now.isBefore(handing.next()))
                .isEmpty();
    }

    /**
     * What is to be handed to that node now, in its order. What the same sender left there before
     * comes before it once more: the node may have put that off, and does nothing twice. That they
     * are handed out is on the disk when this returns: from then on nobody is told that they never
     * were.
     *
     * @throws QueueException if that cannot be written down
     */
    synchronized List<Due> handOut(NodeId node, String boot) {
        var now = clock.instant();
        var open = open(node, now);
        var latest = new HashMap<Identity, Long>();
        open.stream()
                .filter(item -> ready(item, boot, now))
                .map(Item::entry)
                .forEach(entry -> latest.put(entry.sender(), entry.place()));
        var moves = new LinkedHashMap<Item, Item>();
        var due = new ArrayList<Due>();
        long bytes = 0;
        for (var item : open) {
            var entry = item.entry();
            if (entry.place() <= latest.getOrDefault(entry.sender(), 0L)) {
                bytes += item.size();
                if (bytes > AT_ONCE && !moves.isEmpty()) {
                    break;
                }
                envelope(item)
                        .ifPresentOrElse(
                                envelope -> {
                                    moves.put(item, item.in(QueueState.HANDED));
                                    due.add(new Due(entry.place(), envelope, entry.expires()));
                                },
                                () -> handed(entry.place(), boot));
            }
        }
        files.move(moves);
        moves.values().forEach(this::keep);
        return due;
    }

    /**
     * One that cannot be read keeps none of the others back, and was never handed out; it is tried
     * again as seldom as if it had been.
     */
    private Optional<Bytes> envelope(Item item) {
        try {
            return Optional.of(files.envelope(item));
        } catch (QueueException e) {
            LOG.log(Level.ERROR, () -> "queue: not handed out: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** That one was published to its node, in that boot, or would have been. */
    synchronized void handed(long place, String boot) {
        var now = clock.instant();
        var before =
                Optional.ofNullable(handings.get(place))
                        .filter(handing -> handing.boot().equals(boot));
        if (before.filter(handing -> now.isBefore(handing.next())).isPresent()) {
            // It went before a later one, out of its turn.
            return;
        }
        var times = before.map(Handing::times).orElse(0);
        var pause = AGAIN.multipliedBy(1L << Math.min(times, DOUBLINGS));
        var next = now.plus(pause.compareTo(SELDOM) < 0 ? pause : SELDOM);
        handings.put(place, new Handing(boot, times + 1, next));
    }

    /**
     * Nothing that was meant for the last holder of that id must come to the next.
     *
     * @throws QueueException if that cannot be written down
     */
    public synchronized void purge(NodeId node) {
        end(open(node, clock.instant()), QueueState.PURGED);
    }

    /** Forgets what does not wait any more: what expired long ago, and the oldest of too many. */
    public synchronized void tidy() {
        var now = clock.instant();
        var old = now.minus(TOLD);
        var over = new ArrayList<>(items.values());
        over.removeIf(item -> item.open(now));
        var bytes = over.stream().mapToLong(Item::size).sum();
        var left = over.size();
        for (var item : over) {
            if (left > MOST_TOLD || bytes > Room.BYTES || item.entry().expires().isBefore(old)) {
                forget(item);
                left--;
                bytes -= item.size();
            }
        }
        nodes.retainAll(lanes.keySet());
    }
}
