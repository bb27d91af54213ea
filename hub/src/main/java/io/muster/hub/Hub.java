package io.muster.hub;

import io.muster.broker.Access;
import io.muster.broker.BrokerConfig;
import io.muster.broker.BrokerTimes;
import io.muster.broker.EmbeddedBroker;
import io.muster.documents.Board;
import io.muster.documents.DocumentFiles;
import io.muster.documents.LockOperators;
import io.muster.hub.approval.Proposals;
import io.muster.hub.audit.CheckpointService;
import io.muster.hub.audit.Checkpoints;
import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Confirmations;
import io.muster.hub.enrolment.Door;
import io.muster.hub.enrolment.Issued;
import io.muster.hub.enrolment.Memberships;
import io.muster.hub.enrolment.RevocationRegister;
import io.muster.hub.presence.HubService;
import io.muster.hub.presence.Intake;
import io.muster.hub.presence.NodeState;
import io.muster.hub.presence.Presence;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.presence.RollCalls;
import io.muster.hub.presence.TrustAnswer;
import io.muster.hub.queue.Delivery;
import io.muster.hub.queue.QueueAnswers;
import io.muster.hub.queue.RequestQueue;
import io.muster.hub.trust.Bulletin;
import io.muster.hub.trust.Herald;
import io.muster.hub.trust.HubDesk;
import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Role;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Doorkeeper;
import io.muster.security.Tls;
import io.muster.security.Verifier;
import io.muster.threads.Resignation;
import io.muster.threads.SupervisedThreads;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.jms.BrokerAddress;
import io.muster.trust.Revocations;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The centre of a fleet in one process: the broker, presence and enrolment. What is started is
 * closed in the reverse order.
 */
public final class Hub implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Hub.class.getName());

    private static final Duration OWN_BROKER = Duration.ofSeconds(20);

    private final HubConfig config;
    private final Authority authority;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Presence presence;
    private final Memberships memberships;
    private final List<Credentials> servers = new ArrayList<>();
    private final Revocations revocations = new Revocations();
    private final RevocationRegister register;
    private final Board board;
    private final List<DocumentFiles> files;
    private final Confirmations confirmations;
    private final BusWatch bus = new BusWatch();
    private final RequestQueue queue;
    private final CompletableFuture<String> unable = new CompletableFuture<>();
    private final Resignation resignation = new Resignation(LOG, unable::complete);
    private final Threads threads = new SupervisedThreads(Threads.REAL, resignation);
    private Optional<EmbeddedBroker> broker = Optional.empty();
    private Supplier<Optional<String>> trouble = Optional::empty;
    private LongSupplier heard = () -> 0;
    private int enrolmentPort;

    private Hub(HubConfig config, Authority authority, SecureRandom random, InstantSource clock) {
        this.config = config;
        this.authority = authority;
        this.random = random;
        this.clock = clock;
        this.presence = new Presence(config.times(), config.maxNodes());
        this.memberships = new Memberships(authority.files(), config.collectives());
        var trust = authority.trust();
        this.confirmations = Confirmations.load(authority.files(), trust);
        this.register = new RevocationRegister(authority.files(), trust.fleet(), clock);
        var documents = new Documents(trust, revocations, clock);
        var mayLock = new LockOperators(config.lockOperators());
        this.board = new Board(documents, revocations, mayLock, clock);
        this.files = config.documents().stream().map(DocumentFiles::new).toList();
        this.queue = new RequestQueue(config.state().resolve("queue"), config.queue(), clock);
    }

    /**
     * Starts a hub and returns when it is ready.
     *
     * @return nothing if a hub runs in that state directory already
     * @throws HubException if it cannot run
     */
    public static Optional<Hub> start(
            HubConfig config, HubService.Self self, SecureRandom random, InstantSource clock) {
        var authority = Authority.open(config.ca(), random, clock);
        var lock = HubLock.take(config.state(), ProcessHandle.current().pid());
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        var hub = new Hub(config, authority, random, clock);
        hub.started.push(lock.get());
        try {
            hub.run(self);
            return Optional.of(hub);
        } catch (RuntimeException e) {
            hub.closeAfter(e);
            throw e;
        }
    }

    /** Which process runs a hub in that state directory. */
    public static String holder(HubConfig config) {
        return HubLock.holder(config.state());
    }

    private void run(HubService.Self self) {
        var credentials = authority.server(Role.HUB);
        servers.add(credentials);
        register.published().forEach(board::take);
        board.restore(
                files.getFirst().all(), (problem, cause) -> LOG.log(Level.ERROR, problem, cause));
        var door = new Door(authority.files(), random, clock);
        expectAll(door);
        var doubles = new Doubles(door, presence, this::empty, clock);
        var verifier = new Verifier(authority.trust(), revocations, clock);
        var intake = new Intake(verifier, memberships::of);
        var memory =
                Memory.restore(
                        config,
                        fleet(),
                        HexFormat.of().toHexDigits(random.nextLong()),
                        intake,
                        presence,
                        said -> {
                            doubles.freeze();
                            confirm(said);
                        },
                        clock,
                        threads);
        started.push(memory);
        trouble = memory::trouble;
        doubles.restore();
        var address = broker();
        var line =
                OwnLine.open(
                        address,
                        credentials,
                        bus,
                        config.echo(),
                        resignation,
                        clock,
                        random,
                        threads);
        started.push(line);
        var transport = line.transport();
        var herald = new Herald(board, transport, this::collectives, clock);
        var bulletin =
                new Bulletin(board, herald, authority, register, files, this::recheck, clock);
        var calls = new RollCalls(credentials.signer(), transport, presence, clock);
        var delivery =
                new Delivery(queue, transport, this::isUp, config.queue().spread(), clock, random);
        var announcements =
                new PresenceService(
                        intake,
                        presence,
                        said -> {
                            doubles.freeze();
                            herald.heard(said);
                            calls.heard(said);
                            delivery.heard(said);
                            confirm(said);
                        },
                        memory,
                        clock);
        heard = announcements::came;
        var checkpoints = new Checkpoints(config.state().resolve("checkpoints"));
        transport.subscribe(
                new Destination.Announcements(),
                new CheckpointService(verifier, checkpoints, announcements));
        var questions =
                new HubService(
                        verifier,
                        credentials.signer(),
                        transport,
                        presence,
                        checkpoints,
                        self,
                        revocations::numbers,
                        questions(verifier),
                        trouble,
                        clock,
                        threads);
        transport.subscribe(new Destination.Hub(), new HubDesk(bulletin::arrived, questions));
        if (broker.isPresent()) {
            bus.await(OWN_BROKER);
        }
        bulletin.refresh();
        var upkeep =
                new Upkeep(
                        announcements,
                        bulletin,
                        authority,
                        servers,
                        line::renewed,
                        confirmations,
                        () -> {
                            doubles.look();
                            calls.tidy();
                            queue.tidy();
                            delivery.deliver();
                        },
                        clock);
        started.push(upkeep);
        upkeep.start(threads);
        enrol(credentials, door);
    }

    private void expectAll(Door door) {
        door.issued().stream().filter(i -> i.good(clock.instant())).forEach(this::expect);
    }

    private void confirm(Announcement said) {
        presence.certificate(said.node().nodeId())
                .ifPresent(shown -> confirmations.heard(said.node(), said.standing().set(), shown));
    }

    /** The last holder of an id goes, and what waits for it. */
    private void empty(NodeId id) {
        recheck();
        queue.purge(id);
        broker.ifPresentOrElse(
                own -> own.purge(new Destination.Node(id)),
                () ->
                        LOG.log(
                                Level.WARNING,
                                () -> id + " was cleaned: empty its queue at the external broker"));
    }

    private Map<ActionName, HubService.Answering> questions(Verifier verifier) {
        var all = new HashMap<>(new Proposals(verifier, clock).questions());
        all.put(TrustAnswer.TRUST, new TrustAnswer(board, presence, clock));
        all.putAll(
                config.redis().isPresent()
                        ? QueueAnswers.none()
                        : new QueueAnswers(queue, config.queue(), verifier, clock).questions());
        return all;
    }

    private boolean isUp(NodeId id) {
        return presence.state(id, clock.instant()).filter(NodeState.UP::equals).isPresent();
    }

    /** Those of the settings, and those that a node was put in. */
    private Set<Collective> collectives() {
        var all = new LinkedHashSet<>(config.collectives());
        presence.collectives().forEach(all::add);
        return all;
    }

    private void recheck() {
        broker.ifPresent(EmbeddedBroker::recheck);
    }

    private void expect(Issued issued) {
        presence.expect(issued.id(), issued.name(), clock.instant());
    }

    /** Our own broker, unless there is another. */
    private BrokerAddress broker() {
        if (config.broker().isPresent()) {
            return config.broker().get();
        }
        var listen = config.listen();
        var credentials = authority.server(Role.BROKER);
        servers.add(credentials);
        var context = Tls.mutual(credentials);
        var doorkeeper =
                new Doorkeeper(
                        authority.trust(),
                        revocations,
                        (who, keyid) -> board.lockOn(who, keyid).isPresent(),
                        clock);
        var secure =
                BrokerConfig.secure(
                                new BrokerAddress(listen.host(), Math.max(1, listen.port())),
                                new Access.Certificates(
                                        context,
                                        chain -> memberships.identify(doorkeeper, chain),
                                        memberships::of,
                                        id -> presence.twofold(id, clock.instant())))
                        .withPort(listen.port())
                        .withTimes(BrokerTimes.usual().withInactivity(config.lost()));
        var own = EmbeddedBroker.start(secure);
        started.push(own);
        broker = Optional.of(own);
        return new BrokerAddress(listen.everywhere() ? "127.0.0.1" : listen.host(), own.port());
    }

    private void enrol(Credentials credentials, Door door) {
        var service =
                FrontDoor.open(
                        config, authority, credentials, door, brokerPort(), this::expect, clock);
        started.push(service);
        enrolmentPort = service.port();
    }

    /** The port of its own broker, if it has one. */
    public Optional<Integer> brokerPort() {
        return broker.map(EmbeddedBroker::port);
    }

    /** The port where machines ask to join. */
    public int enrolmentPort() {
        return enrolmentPort;
    }

    /** The name of the fleet. */
    public String fleet() {
        return authority.trust().fleet();
    }

    /** Who is here. */
    public Presence presence() {
        return presence;
    }

    /** How many announcements it was handed. */
    long heard() {
        return heard.getAsLong();
    }

    /** Why it goes by what it hears alone, if its registry cannot be used. */
    Optional<String> memoryTrouble() {
        return trouble.get();
    }

    /** Tells it that its process is of no use any more. */
    public Consumer<String> resignation() {
        return resignation;
    }

    /** Completed with the reason when it can do its work no more: it should be started anew. */
    public CompletableFuture<String> unable() {
        return unable;
    }

    /** Stops everything; idempotent. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            var next = started.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "stopping: " + e);
            }
        }
    }

    private void closeAfter(RuntimeException problem) {
        try {
            close();
        } catch (RuntimeException e) {
            problem.addSuppressed(e);
        }
    }
}
