package io.muster.hub.queue;

import io.muster.hub.queue.QueueFiles.Item;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.NodeId;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The requests that wait for nodes which are away: on the disk before anybody hears that they are
 * taken, in the order in which they came, until they expire, are withdrawn, or their node's id
 * begins anew. Bounded, in all, for each sender and for each node. Thread-safe.
 *
 * <p>Whether a node has got one the hub cannot know: only nodes know what they have done, and tell
 * the sender alone. So one that was handed out is handed out again, ever more seldom, until it
 * expires; a node does nothing twice.
 */
public final class RequestQueue {
    /** The most that are kept in all. */
    static final int MOST = 10_000;

    /** The most that are kept of one sender. */
    static final int MOST_OF_ONE = 5_000;

    /** The most that are kept for one node. */
    static final int MOST_FOR_ONE = 100;

    /** What all of them may take on the disk. */
    static final long MOST_BYTES = 256L << 20;

    /** How long it is still told what became of one after it has expired. */
    static final Duration TOLD = Duration.ofDays(1);

    /** One that was handed out may come to a node that is about to end, or is busy. */
    private static final Duration AGAIN = Duration.ofSeconds(20);

    private static final Duration SELDOM = Duration.ofHours(1);
    private static final int DOUBLINGS = 8;
    private static final Logger LOG = System.getLogger(RequestQueue.class.getName());

    private final QueueFiles files;
    private final InstantSource clock;
    private final Map<RequestId, Item> items = new LinkedHashMap<>();
    private final Map<RequestId, Handing> handings = new LinkedHashMap<>();
    private final Set<NodeId> nodes = ConcurrentHashMap.newKeySet();
    private long last;

    /** How often it was handed to a node in that boot, and when it may be again. */
    private record Handing(String boot, int times, Instant next) {}

    /** What was taken to be kept. */
    record Offer(QueueEntry entry, Bytes envelope) {}

    /** What is to be handed out. */
    record Due(RequestId id, Bytes envelope, Instant expires) {}

    /**
     * With what an earlier life of the hub left in that directory.
     *
     * @throws QueueException if it cannot be read
     */
    public RequestQueue(Path directory, InstantSource clock) {
        this.files = new QueueFiles(directory);
        this.clock = clock;
        files.all().forEach(this::keep);
    }

    private void keep(Item item) {
        items.put(item.entry().id(), item);
        nodes.add(item.entry().node());
        last = Math.max(last, item.order());
    }

    /**
     * Keeps these, all or none; one that is kept already stays as it is.
     *
     * @throws MalformedException if there is no room, or one was withdrawn
     * @throws QueueException if they cannot be written down
     */
    synchronized void put(List<Offer> offers) {
        tidy();
        var fresh = new ArrayList<Offer>();
        for (var offer : offers) {
            var known = Optional.ofNullable(items.get(offer.entry().id()));
            if (known.isEmpty()) {
                fresh.add(offer);
            } else if (known.get().entry().state() == QueueState.WITHDRAWN) {
                throw new MalformedException(offer.entry().id() + " was withdrawn");
            }
        }
        checkRoom(fresh);
        var written = new ArrayList<Item>();
        try {
            for (var offer : fresh) {
                var item = new Item(++last, offer.entry(), offer.envelope().length());
                files.write(item, offer.envelope());
                written.add(item);
            }
        } catch (QueueException e) {
            written.forEach(files::remove);
            throw e;
        }
        written.forEach(this::keep);
    }

    private void checkRoom(List<Offer> fresh) {
        var sizes = fresh.stream().mapToLong(offer -> offer.envelope().length()).sum();
        if (items.size() + fresh.size() > MOST || bytes() + sizes > MOST_BYTES) {
            throw full(
                    "too many requests wait here already: "
                            + MOST
                            + " in all, and "
                            + (MOST_BYTES >> 20)
                            + " MiB, are the most");
        }
        var senders = new LinkedHashMap<Identity, Integer>();
        var targets = new LinkedHashMap<NodeId, Integer>();
        for (var offer : fresh) {
            senders.merge(offer.entry().sender(), 1, Integer::sum);
            targets.merge(offer.entry().node(), 1, Integer::sum);
        }
        senders.forEach(
                (sender, more) -> {
                    if (count(e -> e.sender().equals(sender)) + more > MOST_OF_ONE) {
                        throw full(MOST_OF_ONE + " requests of one operator are the most");
                    }
                });
        targets.forEach(
                (node, more) -> {
                    if (count(e -> e.node().equals(node)) + more > MOST_FOR_ONE) {
                        throw full(MOST_FOR_ONE + " requests for one node are the most: " + node);
                    }
                });
    }

    private static MalformedException full(String why) {
        return new MalformedException(why);
    }

    private long bytes() {
        return items.values().stream().mapToLong(Item::size).sum();
    }

    private long count(Predicate<QueueEntry> which) {
        return items.values().stream().map(Item::entry).filter(which).count();
    }

    /** What is known of all, in their order. */
    synchronized List<QueueEntry> entries() {
        var now = clock.instant();
        return items.values().stream().map(item -> item.entry().at(now)).toList();
    }

    /**
     * Takes that sender's request back, so that it is not handed out any more.
     *
     * @return what is known of it now; empty if there is none of that sender's
     * @throws QueueException if that cannot be written down
     */
    synchronized Optional<QueueEntry> withdraw(RequestId id, Identity sender) {
        var item = Optional.ofNullable(items.get(id));
        if (item.filter(known -> known.entry().sender().equals(sender)).isEmpty()) {
            return Optional.empty();
        }
        var entry = item.get().entry().at(clock.instant());
        return switch (entry.state()) {
            case WITHDRAWN, EXPIRED -> Optional.of(entry);
            case WAITING -> Optional.of(move(item.get(), QueueState.WITHDRAWN));
            case HANDED -> {
                // Nobody hears of it again; what was handed out, the node may have.
                files.remove(item.get());
                forget(item.get());
                yield Optional.of(entry);
            }
        };
    }

    private QueueEntry move(Item item, QueueState state) {
        var moved = item.in(state);
        files.write(moved, files.envelope(item));
        items.put(moved.entry().id(), moved);
        return moved.entry();
    }

    /** Whether anything may be here for that node; quick. */
    boolean concerns(NodeId node) {
        return nodes.contains(node);
    }

    /** Whether something is to be handed to that node now, which is in that boot. */
    synchronized boolean due(NodeId node, String boot) {
        return !dueItems(node, boot).isEmpty();
    }

    private List<Item> dueItems(NodeId node, String boot) {
        var now = clock.instant();
        return items.values().stream()
                .filter(item -> item.entry().node().equals(node))
                .filter(item -> open(item.entry().at(now).state()) && live(item, now))
                .filter(item -> ready(item.entry().id(), boot, now))
                .toList();
    }

    private static boolean open(QueueState state) {
        return state == QueueState.WAITING || state == QueueState.HANDED;
    }

    private static boolean live(Item item, Instant now) {
        return now.isBefore(item.entry().expires());
    }

    private boolean ready(RequestId id, String boot, Instant now) {
        return Optional.ofNullable(handings.get(id))
                .filter(handing -> handing.boot().equals(boot) && now.isBefore(handing.next()))
                .isEmpty();
    }

    /**
     * What is to be handed to that node now, in its order; that it is, is on the disk when this
     * returns: from then on nobody is told that it never was.
     *
     * @throws QueueException if that cannot be written down
     */
    synchronized List<Due> handOut(NodeId node, String boot) {
        var due = new ArrayList<Due>();
        for (var item : dueItems(node, boot)) {
            if (item.entry().state() == QueueState.WAITING) {
                move(item, QueueState.HANDED);
            }
            due.add(new Due(item.entry().id(), files.envelope(item), item.entry().expires()));
        }
        return due;
    }

    /** That one was published to its node, in that boot. */
    synchronized void handed(RequestId id, String boot) {
        var times =
                Optional.ofNullable(handings.get(id))
                        .filter(handing -> handing.boot().equals(boot))
                        .map(Handing::times)
                        .orElse(0);
        var pause = AGAIN.multipliedBy(1L << Math.min(times, DOUBLINGS));
        var next = clock.instant().plus(pause.compareTo(SELDOM) < 0 ? pause : SELDOM);
        handings.put(id, new Handing(boot, times + 1, next));
    }

    /** Nothing that was meant for the last holder of that id must come to the next. */
    public synchronized void purge(NodeId node) {
        for (var item : List.copyOf(items.values())) {
            if (item.entry().node().equals(node)) {
                files.remove(item);
                forget(item);
            }
        }
    }

    private void forget(Item item) {
        items.remove(item.entry().id());
        handings.remove(item.entry().id());
    }

    /** Forgets what expired long ago, and whom nothing is here for. */
    public synchronized void tidy() {
        var old = clock.instant().minus(TOLD);
        for (var item : List.copyOf(items.values())) {
            if (item.entry().expires().isBefore(old)) {
                files.remove(item);
                forget(item);
                if (item.entry().state() == QueueState.WAITING) {
                    LOG.log(
                            Level.INFO,
                            () ->
                                    "queue: "
                                            + item.entry().id()
                                            + " for "
                                            + item.entry().node()
                                            + " expired before it was handed out");
                }
            }
        }
        var left = new HashSet<NodeId>();
        items.values().forEach(item -> left.add(item.entry().node()));
        nodes.retainAll(left);
    }
}
