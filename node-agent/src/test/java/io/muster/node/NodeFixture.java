package io.muster.node;

import io.muster.action.ActionClass;
import io.muster.exec.ProcessRunner;
import io.muster.filter.Filter;
import io.muster.journal.Disk;
import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Approval;
import io.muster.message.Bounds;
import io.muster.message.Bytes;
import io.muster.message.Checkpoint;
import io.muster.message.Collective;
import io.muster.message.Json;
import io.muster.message.ListNumbers;
import io.muster.message.Manner;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.SealedArguments;
import io.muster.message.Value.Fields;
import io.muster.node.action.Actions;
import io.muster.node.action.ExternalActions;
import io.muster.node.action.Node;
import io.muster.node.fact.ClassesFile;
import io.muster.node.fact.FactCache;
import io.muster.node.fact.FactSource;
import io.muster.node.host.SandboxHost;
import io.muster.node.trust.TrustRules;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.KnownTime;
import io.muster.security.PayloadType;
import io.muster.security.Sealer;
import io.muster.security.Sealer.Kind;
import io.muster.security.Sealer.Place;
import io.muster.security.TestFleet;
import io.muster.security.Verification;
import io.muster.security.Verifier;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.memory.InMemoryBus;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A node agent with a directory for a machine, an operator beside it, and a clock in hand. */
final class NodeFixture implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    static final String OPEN =
            """
            {"rules":[
             {"effect":"allow","callers":["operator/alice"],"actions":["test.*","node.*","trust.*"]},
             {"effect":"allow","callers":["operator/alice"],"actions":["node.reboot","test.wipe"]},
             {"effect":"deny","callers":["operator/*"],"actions":["test.forbidden"]}]}
            """;

    /** A collective that the node is in, beside the main one. */
    static final Collective DR = new Collective("dr");

    final TestFleet fleet;
    final Credentials alice;
    final InMemoryBus bus;
    final Path directory;
    final NodeId id = new NodeId("n1");
    final Credentials node;

    /** What the node agent has: without the sealing key where there is a root helper. */
    final Credentials own;

    final List<Bytes> answers = new CopyOnWriteArrayList<>();
    final AtomicInteger runs = new AtomicInteger();
    final CountDownLatch hold = new CountDownLatch(1);
    private final List<Reply> replies = new CopyOnWriteArrayList<>();
    private final List<Reply> receipts = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    final ReplyAddress inbox;
    private Instant now = NOON;
    private Duration nodeAhead = Duration.ZERO;
    private final InstantSource clock = () -> now;
    private final InstantSource nodeClock = () -> now.plus(nodeAhead);
    private final boolean challenged;
    private final List<Announcement> announcements = new CopyOnWriteArrayList<>();
    private final List<Checkpoint> checkpoints = new CopyOnWriteArrayList<>();
    private final java.util.concurrent.atomic.AtomicInteger ids = new AtomicInteger();
    private final Optional<HelperDoor> helper;
    private NodeAgent agent;
    private boolean open;
    private Semaphore connected = new Semaphore(0);
    private Tap tap;
    private TrustRules rules = TrustRules.DEFAULT;
    private NodeLimits limits = NodeLimits.DEFAULT;
    private Threads threads = Threads.REAL;

    NodeFixture(Path directory) throws IOException {
        this(directory, false, Duration.ZERO);
    }

    /**
     * @param challenged whether the node does not trust its clock
     * @param nodeAhead how far its clock is ahead of everybody else's
     */
    NodeFixture(Path directory, boolean challenged, Duration nodeAhead) throws IOException {
        this(directory, challenged, nodeAhead, Optional.empty());
    }

    /** With a root helper behind that door, which alone has the sealing key. */
    NodeFixture(Path directory, boolean challenged, Duration nodeAhead, HelperDoor door)
            throws IOException {
        this(directory, challenged, nodeAhead, Optional.of(door));
    }

    private NodeFixture(
            Path directory, boolean challenged, Duration nodeAhead, Optional<HelperDoor> helper)
            throws IOException {
        this.directory = directory;
        this.challenged = challenged;
        this.nodeAhead = nodeAhead;
        this.helper = helper;
        fleet = new TestFleet("test", NOON);
        alice = fleet.operator("alice");
        node = fleet.node(id.value(), Map.of("site", "test"));
        own = helper.isPresent() ? keyless(node) : node;
        bus = new InMemoryBus(clock, tasks::add);
        inbox = ReplyAddress.of(alice.identity(), "1");
        Files.createDirectories(directory.resolve("machine"));
        Files.createDirectories(directory.resolve("state"));
        Files.createDirectories(directory.resolve("actions"));
        Files.writeString(directory.resolve("policy.json"), OPEN);
        var verifier = new Verifier(fleet.trust(), clock);
        bus.open()
                .subscribe(
                        new Destination.Replies(inbox),
                        message -> {
                            var genuine =
                                    verifier.verify(message, PayloadType.REPLY, Set.of(Role.NODE));
                            take(message, Reply.decode(((Verification.Trusted) genuine).payload()));
                        });
        bus.open().subscribe(new Destination.Announcements(), this::announced);
        tap = Tap.on(bus.open());
        agent = start();
    }

    private void take(Bytes message, Reply reply) {
        if (reply.answer() instanceof Reply.Answer.Accepted) {
            receipts.add(reply);
        } else {
            answers.add(message);
            replies.add(reply);
        }
    }

    private void announced(Bytes message) {
        var envelope = Envelope.decode(message);
        if (envelope.type() == PayloadType.CHECKPOINT) {
            checkpoints.add(Checkpoint.decode(envelope.payload()));
        } else {
            announcements.add(Announcement.decode(envelope.payload()));
        }
    }

    /** What the node announced so far. */
    List<Announcement> announcements() {
        settle();
        return announcements;
    }

    /** What it signed about its audit log so far. */
    List<Checkpoint> checkpoints() {
        settle();
        return checkpoints;
    }

    /** Sets the node's clock that far ahead of everybody else's. */
    void nodeAhead(Duration ahead) {
        nodeAhead = ahead;
    }

    private NodeAgent start() throws IOException {
        var machine = machine(new TestActions(runs, hold));
        var log = System.getLogger("test");
        open = true;
        connected = new Semaphore(1);
        return new NodeAgent(
                new NodeAgent.Parts(
                        own,
                        limits,
                        new Announcing(Duration.ofMinutes(1), Duration.ofMillis(50)),
                        directory.resolve("state"),
                        tap,
                        connected,
                        machine,
                        new PolicyFile(
                                directory.resolve("policy.json"),
                                new LocalFacts(
                                        () -> Certificates.attributes(node.certificate()),
                                        directory.resolve("facts"),
                                        clock),
                                machine.actions(),
                                log),
                        helper,
                        challenged ? Optional.of(new KnownTime(nodeClock, node)) : Optional.empty(),
                        rules,
                        new Random(1),
                        log,
                        Disk.REAL,
                        threads));
    }

    /** The same, if whoever has them cannot open what is sealed. */
    private static Credentials keyless(Credentials whole) {
        return new Credentials(
                whole.key(),
                whole.certificate(),
                whole.trust(),
                () -> {
                    throw new AssertionError("the node agent asked for the sealing key");
                });
    }

    /** The machine, with actions that leave their marks there. */
    Node machine(TestActions marks) throws IOException {
        var runner = new ProcessRunner();
        var host = SandboxHost.open(directory.resolve("machine"), runner, () -> {});
        var actions =
                new Actions(
                        marks.all(),
                        new ExternalActions(directory.resolve("actions"), runner, nodeClock));
        var facts = new FactCache(List.of(new Given(Fields.EMPTY.with("role", "mail"))), nodeClock);
        return new Node(
                "1",
                NOON,
                List.of(Collective.MAIN, DR),
                host,
                facts,
                new ClassesFile(host.files(), ClassesFile.USUAL),
                actions,
                nodeClock);
    }

    private record Given(Fields facts) implements FactSource {
        @Override
        public String name() {
            return "given";
        }

        @Override
        public Freshness freshness() {
            return Freshness.of(Duration.ofDays(1));
        }

        @Override
        public Collected collect() {
            return Collected.of(facts);
        }
    }

    /** The boot that the machine is in. */
    String boot() {
        try {
            var file = "machine/proc/sys/kernel/random/boot_id";
            return Files.readString(directory.resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("no boot id", e);
        }
    }

    /** A good request of Alice's to this node, in parts that a test may change. */
    Draft draft(String action, ActionClass actionClass) {
        return new Draft(action, actionClass);
    }

    final class Draft {
        RequestId id = new RequestId("%032x".formatted(ids.incrementAndGet()));
        String fleetName = "test";
        Collective collective = Collective.MAIN;
        Credentials sender = alice;
        Credentials signer = alice;
        ActionName action;
        Fields arguments = Fields.EMPTY;
        Filter filter = Filter.EVERYTHING;
        Optional<List<NodeId>> targets = Optional.of(List.of(NodeFixture.this.id));
        ReplyAddress replyTo = inbox;
        Instant issued = now;
        Duration ttl = Duration.ofSeconds(60);
        ActionClass actionClass;
        boolean dryRun;
        Map<NodeId, String> bind = Map.of();
        List<String> critical = List.of();
        Map<NodeId, String> nonces = Map.of();
        Bounds bounds = Bounds.NONE;
        List<Bytes> attached = List.of();
        ListNumbers lists = ListNumbers.NONE;
        SealedArguments sealed = SealedArguments.NONE;
        boolean follow;
        boolean queued;

        Draft(String action, ActionClass actionClass) {
            this.action = new ActionName(action);
            this.actionClass = actionClass;
            if (actionClass == ActionClass.DESTRUCTIVE) {
                bind = Map.of(NodeFixture.this.id, boot());
            }
        }

        Request request() {
            return new Request(
                    id,
                    fleetName,
                    collective,
                    sender.identity(),
                    action,
                    arguments,
                    filter,
                    targets,
                    replyTo,
                    issued,
                    issued.plus(ttl),
                    actionClass,
                    dryRun,
                    bind,
                    critical,
                    nonces,
                    bounds,
                    lists,
                    sealed,
                    new Manner(follow, queued));
        }

        Bytes message() {
            var message = signer.signer().sign(PayloadType.REQUEST, request().encode());
            return Envelope.decode(message).with(attached).encode();
        }

        /** With that argument, as an honest sender seals it. */
        Draft sealing(String name, String value) {
            var place = new Place(Kind.ARGUMENT, id, sender.identity(), node.identity(), name);
            var plain = Json.write(Fields.EMPTY.with("value", value));
            var key = node.sealing().orElseThrow().publicKey();
            var part = new Sealer(new SecureRandom()).seal(key, place, plain);
            var parts = new TreeMap<>(sealed.parts());
            parts.put(name, new TreeMap<>(Map.of(NodeFixture.this.id, part)));
            sealed = new SealedArguments(parts);
            return this;
        }

        /** The sender's key, by a certificate that has none to seal to. */
        Credentials withoutSealingKey() {
            return fleet.sameKey(sender, sender.identity().name());
        }

        /** Their yes to it as it stands now. */
        Draft approvedBy(Credentials... people) {
            attached = Stream.of(people).map(this::approval).toList();
            return this;
        }

        Bytes approval(Credentials who) {
            return approval(who, request().encode().sha256().hex(), issued.plus(ttl));
        }

        Bytes approval(Credentials who, String digest, Instant expires) {
            var approval = new Approval(id, digest, who.identity(), issued, expires);
            return who.signer().sign(PayloadType.APPROVAL, approval.encode());
        }

        /** Sends it to the node's queue. */
        Draft send() {
            deliver(message());
            return this;
        }
    }

    /** A lock of Alice's on that. */
    Bytes lock(String target) {
        var lock =
                new Lock(
                        new RequestId("f%031x".formatted(ids.incrementAndGet())),
                        "test",
                        alice.identity(),
                        LockTarget.parse(target),
                        "an intruder",
                        now,
                        Optional.empty());
        return alice.signer().sign(PayloadType.LOCK, lock.encode());
    }

    void deliver(Bytes message) {
        try (var sender = bus.open()) {
            sender.publish(new Destination.Node(id), message, now.plusSeconds(600));
        }
        settle();
    }

    /** Past the bus, which would not take it. */
    void handOver(Bytes message) {
        tap.handOver(message);
    }

    void broadcast(Bytes message) {
        try (var sender = bus.open()) {
            sender.publish(
                    new Destination.Requests(Collective.MAIN), message, now.plusSeconds(600));
        }
        settle();
    }

    /** Delivers whatever is under way, on this thread. */
    private void settle() {
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** The receipts that the operator has received so far. */
    List<Reply> receipts() {
        settle();
        return receipts;
    }

    /** All else that the operator has received so far. */
    List<Reply> replies() {
        settle();
        return replies;
    }

    /** In force after the next start. */
    void demand(TrustRules others) {
        rules = others;
    }

    /** On these threads, after the next start. */
    void on(Threads others) {
        threads = others;
    }

    /** Puts up with that many requests of one signer a minute, after the next start. */
    void limit(int perMinute) {
        limits = new NodeLimits(Duration.ofSeconds(30), perMinute, 32);
    }

    /** Does so many things at a time, after the next start. */
    void running(int atOnce) {
        limits = new NodeLimits(Duration.ofSeconds(30), 600, atOnce);
    }

    /** Does so many changes at a time, after the next start. */
    void changes(int atOnce) {
        var usual = NodeLimits.DEFAULT;
        limits =
                new NodeLimits(
                        usual.skew(),
                        usual.requestsPerMinute(),
                        usual.running(),
                        usual.audit(),
                        usual.destructivePerMinute(),
                        usual.retention(),
                        usual.output(),
                        atOnce,
                        usual.longestQueue());
    }

    Instant now() {
        return now;
    }

    /** The replies to another address, from now on. */
    Others listen(ReplyAddress address) {
        return new Others(address);
    }

    final class Others {
        private final Queue<Reply> received = new ConcurrentLinkedQueue<>();

        private Others(ReplyAddress address) {
            bus.open()
                    .subscribe(
                            new Destination.Replies(address),
                            message -> take(Reply.decode(Envelope.decode(message).payload())));
        }

        private void take(Reply reply) {
            if (!(reply.answer() instanceof Reply.Answer.Accepted)) {
                received.add(reply);
            }
        }

        Reply next() {
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(5))
                    .until(
                            () -> {
                                settle();
                                return Optional.ofNullable(received.poll());
                            },
                            Optional::isPresent)
                    .orElseThrow();
        }
    }

    /** The same, once there are that many. */
    List<Reply> awaitReplies(int number) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> replies().size() >= number);
        return replies();
    }

    /** Another policy, in force at once. */
    void policy(String text) {
        try {
            Files.writeString(directory.resolve("policy.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException("no policy", e);
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** What the node agent does once a minute, it does now. */
    void minute() {
        agent.eachMinute();
    }

    /** As if the bus had been away: the node agent announces itself, and sees what is to do. */
    void connectAgain() {
        connected.release();
    }

    /** Stops without any farewell being believed, and starts again on the same disk. */
    void restart() throws IOException {
        stop();
        startAgain();
    }

    /** Stops as a node agent does that is told to, and starts again on the same disk. */
    void stopInGoodOrder() throws IOException {
        agent.finish();
        restart();
    }

    /** What is under way ends, and nothing begins any more; the bus is not left yet. */
    void finish() {
        agent.finish();
    }

    /** From now on nothing that this life says to operators reaches the bus. */
    void silence() {
        tap.mute().set(true);
    }

    /** After {@link #silence}: it does again. */
    void speak() {
        tap.mute().set(false);
    }

    /** From now on whoever says something to operators does this before it reaches the bus. */
    void delay(Runnable toll) {
        tap.toll().set(toll);
    }

    /** After {@link #stop}. */
    boolean idle() {
        return agent.idle();
    }

    void startAgain() throws IOException {
        tap = Tap.on(bus.open());
        agent = start();
    }

    void stop() {
        if (open) {
            open = false;
            agent.close();
        }
    }

    String audit() {
        try {
            return Files.readString(directory.resolve("state/audit.jsonl"));
        } catch (IOException e) {
            throw new UncheckedIOException("no audit log", e);
        }
    }

    @Override
    public void close() {
        hold.countDown();
        stop();
    }
}
