package io.muster.node;

import io.muster.filter.Subject;
import io.muster.journal.Disk;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.node.RequestJournal.Begun;
import io.muster.node.action.ActionContext;
import io.muster.node.action.Actions;
import io.muster.node.action.Node;
import io.muster.node.audit.Notary;
import io.muster.node.time.Challenge;
import io.muster.node.trust.Originals;
import io.muster.node.trust.TrustActions;
import io.muster.node.trust.TrustDesk;
import io.muster.node.trust.TrustRules;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.KnownTime;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.Transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * One node's life on the bus: subscribes, announces, and answers for what an earlier life left
 * unfinished. Close it to leave in good order.
 */
public final class NodeAgent implements AutoCloseable {
    private final Parts parts;
    private final Grounds grounds;
    private final RequestJournal journal;
    private final Witness witness;
    private final Notary notary;
    private final Challenge challenge;
    private final Originals originals;
    private final Optional<Courier> courier;
    private final TrustDesk desk;
    private final Judge judge;
    private final Node node;
    private final Outbox outbox;
    private final Performer performer;
    private final Unfinished unfinished;
    private final Announcer announcer;
    private final List<Transport.Subscription> subscriptions = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AnnounceLoop loop;
    private volatile Announcement.Kind farewell = Announcement.Kind.LEAVING;
    private volatile boolean readOnly;
    private volatile String lastName;

    /**
     * All that a node agent is made of.
     *
     * @param limits what it puts up with
     * @param announcing how often it says "I am here"
     * @param state the directory of journal and audit log
     * @param transport the bus
     * @param connected gets a permit at each new connection of the transport
     * @param node the machine, its facts and actions
     * @param helper the root helper, if this process is not to be root: it has the sealing key
     * @param time what is known of the time, if the clock is not trusted
     * @param trust how fresh the authority's word must be
     * @param disk where journal and audit log are
     * @param threads on which it does what it does, and time passes
     */
    public record Parts(
            Credentials credentials,
            NodeLimits limits,
            Announcing announcing,
            Path state,
            Transport transport,
            Semaphore connected,
            Node node,
            Authorizer authorizer,
            Optional<HelperDoor> helper,
            Optional<KnownTime> time,
            TrustRules trust,
            RandomGenerator random,
            Logger log,
            Disk disk,
            Threads threads) {}

    /**
     * Starts it. With a journal or audit log that cannot be used it lets people look, changes
     * nothing, and tries again.
     *
     * @throws io.muster.journal.JournalInUseException if another node agent has the journal
     */
    public NodeAgent(Parts parts) {
        this.parts = parts;
        lastName = parts.credentials().identity().name();
        var clock = parts.node().clock();
        var host = parts.node().host();
        var signer = parts.credentials().signer();
        var boot = host.bootId();
        grounds = Grounds.open(Grounds.Soil.of(parts));
        journal = grounds.journal();
        witness = grounds.witness();
        challenge =
                parts.time().isEmpty()
                        ? Challenge.none()
                        : Challenge.from(
                                this::nonce,
                                parts.threads()::ticks,
                                parts.announcing().every(),
                                this::announceSoon);
        originals = Originals.open(parts.state(), clock, witness);
        courier =
                parts.helper()
                        .map(
                                door ->
                                        new Courier(
                                                door,
                                                this::certificate,
                                                originals.all(),
                                                parts.log()));
        notary =
                new Notary(
                        grounds.audit(),
                        signer,
                        parts.transport(),
                        clock,
                        this::eachMinute,
                        parts.threads(),
                        parts.log());
        desk = grounds.desk(parts.trust(), this::announceSoon, this::passOn);
        judge =
                grounds.judge(
                        Set.copyOf(parts.node().collectives()),
                        desk,
                        boot,
                        this::subject,
                        this::actions,
                        secrecy(signer.identity()));
        node =
                parts.node()
                        .with(TrustActions.all(grounds.trust(), desk, parts.authorizer()::problem))
                        .with(JournalActions.all(journal))
                        .with(OutputActions.all(grounds.outputs()))
                        .with(grounds.oversight(boot, judge));
        outbox = new Outbox(parts.transport(), signer, clock, parts.threads());
        announcer =
                new Announcer(
                        parts.transport(),
                        signer,
                        boot,
                        host.machineId(),
                        clock,
                        parts.random(),
                        parts.node().collectives(),
                        parts.announcing().every(),
                        this::view,
                        grounds.trust()::standing,
                        parts.node().version(),
                        challenge);
        loop =
                new AnnounceLoop(
                        announcer,
                        parts.connected(),
                        parts.announcing().spread(),
                        parts.random(),
                        outbox::flush,
                        this::recover,
                        closing,
                        parts.threads(),
                        parts.log());
        var delegate = parts.helper().map(door -> new Delegate(door, grounds.stays()::leaving));
        performer =
                new Performer(
                        new Letterhead(signer.identity(), this::name, boot, clock),
                        journal,
                        witness,
                        outbox,
                        delegate.<Worker>map(d -> d).orElse(Worker.HERE),
                        desk::news,
                        this::context,
                        this::goingDown,
                        this::ordered,
                        announcer::changed,
                        notary::soon,
                        parts.threads(),
                        grounds.underway(),
                        grounds.stays());
        unfinished =
                new Unfinished(
                        "the node agent",
                        journal,
                        performer,
                        this::actions,
                        delegate.map(this::attending).orElse(this::goOn),
                        clock,
                        parts.threads(),
                        closing,
                        this::staysUp);
        witness.agent("started, version " + parts.node().version() + ", boot " + boot);
        journal.recovered().ifPresent(tail -> witness.agent("after a crash: " + tail));
        // What a journal that cannot be read holds may be running still.
        journal.reopen()
                .ifPresentOrElse(this::readOnly, () -> grounds.stays().only(journal.leftOver()));
        // A policy that cannot be used is to be seen now, and not at the first request.
        var _ = grounds.authorizer().policy();
        unfinished.conclude();
        courier.ifPresent(Courier::go);
        subscribe();
        loop.start();
    }

    /**
     * Takes no new work, and gives what is under way a few seconds to end, and then a few to be
     * ended; what outlives this process goes on. To be called before {@link #close}.
     */
    public void finish() {
        subscriptions.forEach(Transport.Subscription::close);
        subscriptions.clear();
        grounds.finish();
    }

    /** Leaves: says so, takes no new work, and waits for nothing. */
    @Override
    public void close() {
        closing.countDown();
        loop.stop();
        subscriptions.forEach(Transport.Subscription::close);
        grounds.leave();
        announcer.leave(farewell);
        notary.close();
        witness.countAll();
        witness.agent("stopped");
        parts.transport().close();
        grounds.close();
    }

    /** Whether nobody waits for the end of anything that is being carried out. */
    boolean idle() {
        return grounds.underway().all().stream().noneMatch(Running::awaited);
    }

    private void subscribe() {
        var self = parts.credentials().identity();
        var putOff = new PutOff(grounds.underway());
        var handler = grounds.handler(judge, challenge, desk, node.actions(), performer, putOff);
        putOff.servedBy(handler, parts.threads());
        var transport = parts.transport();
        var rolls =
                new RollDesk(
                        self,
                        grounds.verifier(),
                        handler,
                        loop::introduceAfter,
                        parts.random(),
                        parts.threads()::ticks,
                        witness);
        subscriptions.add(transport.subscribe(new Destination.Node(self.nodeId()), rolls));
        for (var collective : parts.node().collectives()) {
            subscriptions.add(transport.subscribe(new Destination.Requests(collective), handler));
        }
    }

    private Bytes certificate() {
        return Certificates.der(parts.credentials().certificate());
    }

    /** What the root helper would not take it has to draw itself. */
    private String nonce() {
        var random = parts.random();
        return parts.helper().map(h -> h.nonce(random)).orElseGet(() -> Challenge.draw(random));
    }

    private Secrecy secrecy(Identity self) {
        var random = new SecureRandom();
        return parts.helper().isPresent()
                ? Secrecy.elsewhere(self, random)
                : new Secrecy(self, parts.credentials()::sealing, random);
    }

    /** Kept also where there is no helper yet. */
    private void passOn(Envelope document) {
        originals.keep(document);
        courier.ifPresent(c -> c.bring(document));
    }

    /** What has to be done about once a minute. */
    void eachMinute() {
        grounds.tidy();
        courier.ifPresent(Courier::go);
    }

    /** A nonce was used, so there has to be another one; or a document is lacking here. */
    private void announceSoon() {
        loop.soon();
    }

    private void readOnly(String problem) {
        readOnly = true;
        witness.alarm("nothing can be changed here, the journal cannot be used: " + problem);
    }

    /** What was wrong at the start may be right by now: a disk that was full. */
    private void recover() {
        try {
            if (readOnly && journal.reopen().isEmpty()) {
                readOnly = false;
                witness.agent("the journal can be used again");
                unfinished.conclude();
            }
        } catch (RuntimeException e) {
            parts.log().log(Level.ERROR, "the journal cannot be used", e);
        }
    }

    private void ordered(Begun begun) {
        unfinished.awaitGoingDown(begun);
    }

    private void staysUp() {
        farewell = Announcement.Kind.LEAVING;
    }

    private boolean goOn(Begun begun) {
        return grounds.goOn(begun, node.actions(), performer);
    }

    private Predicate<Begun> attending(Delegate delegate) {
        var stays = grounds.stays();
        return new Attending(delegate, performer, node.actions(), stays, parts.threads())::goOn;
    }

    private void goingDown() {
        farewell = Announcement.Kind.REBOOTING;
        announcer.leave(Announcement.Kind.REBOOTING);
    }

    private ActionContext context(Question question, Duration limit) {
        return grounds.context(question, limit, node, parts.helper().isEmpty());
    }

    private Actions actions() {
        return node.actions();
    }

    private Subject subject() {
        return subject(parts.credentials().identity(), name(), node);
    }

    static Subject subject(Identity self, String name, Node node) {
        return new Subject(
                self.nodeId(),
                name,
                node.facts().current(),
                node.classes().current(),
                node.actions().names());
    }

    private Announcer.View view() {
        return new Announcer.View(
                name(),
                parts.node().facts().current(),
                parts.node().facts().digest(),
                parts.node().classes().current(),
                node.actions().names());
    }

    /** A name that cannot be read for the moment holds no answer up. */
    private String name() {
        try {
            lastName = parts.node().host().names().full();
        } catch (IOException e) {
            parts.log().log(Level.ERROR, () -> "the host name cannot be read: " + e.getMessage());
        }
        return lastName;
    }
}
