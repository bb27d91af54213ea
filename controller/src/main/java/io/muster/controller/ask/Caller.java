package io.muster.controller.ask;

import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.ListNumbers;
import io.muster.message.Manner;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.security.Attested;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.security.Sealer;
import io.muster.security.Signer;
import io.muster.security.Verifier;
import io.muster.threads.Threads;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.Transport.Subscription;
import io.muster.trust.Revocations;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One operator at the bus: signs questions, publishes them, and lets through the genuine answers.
 *
 * <p>Its inbox is subscribed when it is made, so that no answer can come before somebody listens.
 * For one thread at a time.
 */
public final class Caller implements AutoCloseable {
    private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 50;
    private static final Duration PROCLAIMED = Duration.ofMinutes(5);

    private final Transport transport;
    private final Credentials credentials;
    private final Signer signer;
    private final Sealer sealer;
    private final Collective collective;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReplyAddress address;
    private final Strays strays = new Strays();
    private final Revocations revocations;
    private final Threads threads;
    private final Inbox inbox;
    private final Subscription subscription;
    private final Set<String> spent = new HashSet<>();

    /** As the other one, and keeps nothing. */
    public Caller(
            Transport transport,
            Credentials credentials,
            Collective collective,
            InstantSource clock,
            RandomGenerator random) {
        this(transport, credentials, collective, clock, random, _ -> {});
    }

    /**
     * Subscribes the inbox.
     *
     * @param transport stays the giver's to close
     * @param random must be unpredictable outside of tests
     * @param heads is given each genuine reply that names the head of an audit log, envelope and
     *     all
     * @throws io.muster.transport.TransportException if the bus refuses the inbox
     */
    public Caller(
            Transport transport,
            Credentials credentials,
            Collective collective,
            InstantSource clock,
            RandomGenerator random,
            Consumer<Bytes> heads) {
        this(
                transport,
                credentials,
                collective,
                new Revocations(),
                clock,
                random,
                address(credentials, random),
                List.of(),
                heads);
    }

    /**
     * The same, going by revocation lists, at an address that an earlier process may have asked to
     * be answered at.
     *
     * @param revocations whose answers do not count any more; every question says which lists it
     *     goes by
     * @param address must belong to the operator
     * @param earlier what an earlier process asked from that address: answers to it are late
     */
    public Caller(
            Transport transport,
            Credentials credentials,
            Collective collective,
            Revocations revocations,
            InstantSource clock,
            RandomGenerator random,
            ReplyAddress address,
            Collection<RequestId> earlier,
            Consumer<Bytes> heads) {
        this(
                transport,
                credentials,
                collective,
                revocations,
                clock,
                random,
                address,
                earlier,
                heads,
                Threads.REAL);
    }

    /**
     * The same, where threads are another matter.
     *
     * @param threads on which answers are verified, and time passes
     */
    public Caller(
            Transport transport,
            Credentials credentials,
            Collective collective,
            Revocations revocations,
            InstantSource clock,
            RandomGenerator random,
            ReplyAddress address,
            Collection<RequestId> earlier,
            Consumer<Bytes> heads,
            Threads threads) {
        this.threads = threads;
        this.revocations = revocations;
        this.transport = transport;
        this.signer = credentials.signer();
        this.collective = collective;
        this.clock = clock;
        this.random = random;
        this.address = address;
        this.credentials = credentials;
        this.sealer = new Sealer(new SecureRandom());
        this.inbox =
                new Inbox(
                        new Verifier(credentials.trust(), revocations, clock),
                        new SealedResults(signer.identity(), credentials::sealing),
                        strays,
                        heads,
                        threads);
        inbox.end(earlier);
        this.subscription = transport.subscribe(new Destination.Replies(address), inbox);
    }

    /** Where a new process of that operator is answered at. */
    public static ReplyAddress address(Credentials credentials, RandomGenerator random) {
        return ReplyAddress.of(credentials.identity(), process(random));
    }

    private static String process(RandomGenerator random) {
        var bits = new byte[8];
        random.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /**
     * From now on, hands on how it goes with what was signed to be {@linkplain #signFollowed
     * followed} as it comes, on any thread. The follower does not wait: everything else would too.
     */
    public void follow(Consumer<Reply> follower) {
        inbox.follow(follower);
    }

    /** Signs the question; it is valid from now on. */
    public Asked sign(Question question) {
        return sign(question, Manner.PLAIN);
    }

    /** The same, wishing to hear how it goes while it is under way. */
    public Asked signFollowed(Question question) {
        return sign(question, Manner.FOLLOWED);
    }

    /** Signs what is left at the hub until its target is there. */
    public Asked signQueued(Question question) {
        return sign(question, Manner.QUEUED);
    }

    private Asked sign(Question question, Manner manner) {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var id = RequestId.random(random);
        var targets = question.targets().orElse(List.of());
        var request =
                new Request(
                        id,
                        signer.identity().fleet(),
                        collective,
                        signer.identity(),
                        question.action(),
                        question.arguments(),
                        question.filter(),
                        question.targets(),
                        address,
                        now,
                        now.plus(question.ttl()),
                        question.actionClass(),
                        question.dryRun(),
                        question.bind(),
                        List.of(),
                        question.nonces(),
                        question.bounds(),
                        revocations.numbers(),
                        question.secrets().seal(sealer, id, signer.identity(), targets),
                        manner);
        if (request.changes()) {
            spent.addAll(request.nonces().values());
        }
        Bytes payload = request.encode();
        return new Asked(
                request.id(),
                payload.sha256().hex(),
                signer.sign(PayloadType.REQUEST, payload),
                request.expires());
    }

    /** Whether something that changes a node was signed here and quotes this: it is used up. */
    public boolean spent(String nonce) {
        return spent.contains(nonce);
    }

    /** Lets through what these roles answer; call it before {@link #send}. */
    public Replies listen(Map<Asked, Role> questions) {
        return inbox.expect(questions);
    }

    /**
     * Publishes to each destination and returns when the bus has taken the last one; it takes them
     * in order.
     *
     * @throws io.muster.transport.TransportException if the bus is away or refuses
     */
    public void send(Asked asked, List<Destination> destinations) {
        for (var destination : destinations.subList(0, destinations.size() - 1)) {
            transport.publish(destination, asked.message(), asked.expires());
        }
        transport.publishConfirmed(
                destinations.getLast(), asked.message(), asked.expires(), PUBLISH_LIMIT);
    }

    /**
     * Publishes without waiting for the bus, when an answer would be nice and none does no harm.
     *
     * @throws io.muster.transport.TransportException if the bus is away
     */
    public void mention(Asked asked, Destination destination) {
        transport.publish(destination, asked.message(), asked.expires());
    }

    /** What that certificate says, if the fleet's authority made it and it is good now. */
    public Optional<Attested> attested(Bytes certificate) {
        return Attested.by(credentials.trust(), certificate, clock.instant())
                .filter(who -> revocations.entry(who.identity(), who.serial()).isEmpty());
    }

    /**
     * Signs a document of the operator's own and publishes it; returns when the bus has taken it.
     *
     * @throws io.muster.transport.TransportException if the bus is away or refuses
     */
    public void proclaim(PayloadType type, Bytes payload, List<Destination> destinations) {
        var expires = clock.instant().plus(PROCLAIMED);
        var document = signer.sign(type, payload);
        for (var destination : destinations) {
            transport.publishConfirmed(destination, document, expires, PUBLISH_LIMIT);
        }
    }

    /** As whom. */
    public Identity identity() {
        return signer.identity();
    }

    /** Whether somebody who answered knows newer revocation lists than those gone by here. */
    public boolean behind() {
        return revocations.numbers().behind(inbox.told());
    }

    /** The newest lists that somebody who answered claims to know. */
    public ListNumbers told() {
        return inbox.told();
    }

    /** Where it is answered. */
    public ReplyAddress address() {
        return address;
    }

    /** What time it is. */
    public Instant now() {
        return clock.instant();
    }

    /** Nanoseconds of a clock that nobody sets. */
    public long ticks() {
        return threads.ticks();
    }

    /** A node's reply with what is secret of it in clear, as if it had just come in. */
    public Reply opened(Reply reply) {
        return inbox.opened(reply);
    }

    /** Which nodes it speaks to. */
    public Collective collective() {
        return collective;
    }

    /** Which connection to the bus there is, as {@link Transport#connection} counts. */
    public OptionalLong connection() {
        return transport.connection();
    }

    /** Lets that time pass. */
    public void rest(Duration time) throws InterruptedException {
        threads.opened(new CountDownLatch(1), time);
    }

    /**
     * Waits until there is another connection to the bus than that one.
     *
     * @return whether there is, after {@code limit} at the latest
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public boolean reconnected(OptionalLong before, Duration limit) throws InterruptedException {
        return threads.await(nanos -> another(before, nanos), limit).isPresent();
    }

    private Optional<OptionalLong> another(OptionalLong before, long nanos)
            throws InterruptedException {
        var until = System.nanoTime() + nanos;
        while (true) {
            var now = transport.connection();
            if (now.isPresent() && !now.equals(before)) {
                return Optional.of(now);
            }
            if (System.nanoTime() >= until) {
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** What came in and was not believed. */
    public Strays strays() {
        return strays;
    }

    @Override
    public void close() {
        subscription.close();
        inbox.close();
    }
}
