package io.muster.enrolment;

import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinException.Kind;
import io.muster.message.Bytes;
import io.muster.message.Escape;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Documents.Reading;
import io.muster.security.Ed25519Key;
import io.muster.security.Envelope;
import io.muster.security.PinnedConnection;
import io.muster.security.SecurityFileException;
import io.muster.security.ServerNotProvenException;
import io.muster.security.TrustStore;
import io.muster.trust.Revocations;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Gets a machine its certificate: connects to the hub, makes sure that it is the one whose root was
 * pinned, and only then sends the request; asks again while the hub is away or a person has to
 * allow it.
 *
 * <p>Store the key before joining and use the same one to try again: the hub answers a key it knows
 * with the certificate it has, so that a lost answer costs nothing, not even a use of the token.
 *
 * <p>Works on the calling thread; keeps nothing.
 */
public final class JoinClient {
    /** Where a hub takes join requests. */
    public static final String PATH = "/v1/join";

    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration patience;
    private final Progress progress;
    private final Pause pause;

    /** Hears what is waited for; called on the joining thread before each pause. */
    @FunctionalInterface
    public interface Progress {
        /**
         * One more pause.
         *
         * @param why one line
         * @param pause how long
         */
        void waiting(String why, Duration pause);
    }

    /** Waits; {@code Thread::sleep} outside of tests. */
    @FunctionalInterface
    public interface Pause {
        void sleep(Duration length) throws InterruptedException;
    }

    private sealed interface Step {
        record Done(Joined joined) implements Step {}

        record Wait(Kind kind, String why, Duration pause) implements Step {}
    }

    /**
     * Prepares to join.
     *
     * @param random unpredictable: chooses nonces, and spreads the pauses
     * @param patience how long to ask again when the hub is away or has not decided; zero asks once
     */
    public JoinClient(
            InstantSource clock,
            RandomGenerator random,
            Duration patience,
            Progress progress,
            Pause pause) {
        this.clock = clock;
        this.random = random;
        this.patience = patience;
        this.progress = progress;
        this.pause = pause;
    }

    /**
     * Joins with a token.
     *
     * @throws JoinException if it comes to nothing
     * @throws InterruptedException if interrupted in a pause
     */
    public Joined join(JoinToken token, Ed25519Key key, Applicant applicant)
            throws InterruptedException {
        var listener = token.listener();
        return join(listener, key, () -> JoinRequest.of(key, applicant, token, random));
    }

    /**
     * Joins without a token: a person at the hub compares fingerprints and signs. Also brings a
     * node whose certificate is past half of its life a new one.
     *
     * @throws JoinException if it comes to nothing
     * @throws InterruptedException if interrupted in a pause
     */
    public Joined join(Listener listener, Ed25519Key key, Applicant applicant)
            throws InterruptedException {
        return join(listener, key, () -> JoinRequest.of(key, applicant));
    }

    private Joined join(Listener listener, Ed25519Key key, Supplier<JoinRequest> requests)
            throws InterruptedException {
        var deadline = clock.instant().plus(patience);
        var backoff = FIRST_PAUSE;
        while (true) {
            switch (attempt(listener, key, requests.get(), backoff)) {
                case Step.Done(Joined joined) -> {
                    return joined;
                }
                case Step.Wait(Kind kind, String why, Duration length) -> {
                    giveUpAt(deadline, length, kind, why);
                    progress.waiting(why, length);
                    pause.sleep(length);
                }
            }
            var twice = backoff.multipliedBy(2);
            backoff = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }
    }

    private void giveUpAt(Instant deadline, Duration next, Kind kind, String why) {
        if (clock.instant().plus(next).isAfter(deadline)) {
            throw new JoinException(kind, why);
        }
    }

    private Step attempt(Listener listener, Ed25519Key key, JoinRequest request, Duration backoff) {
        var hub = listener.endpoint();
        try (var connection = PinnedConnection.open(hub, listener.root(), SILENCE)) {
            var body = HttpPost.exchange(connection, hub, PATH, request.encode());
            return step(listener, key, request, JoinAnswer.decode(body), jittered(backoff));
        } catch (ServerNotProvenException e) {
            var problem = hub + " is not the hub to join: " + Escape.line(message(e));
            throw new JoinException(Kind.NOT_PROVEN, problem + "; nothing was sent to it", e);
        } catch (IOException e) {
            var problem = "cannot reach the hub at " + hub + ": " + Escape.line(message(e));
            return new Step.Wait(Kind.UNREACHABLE, problem, jittered(backoff));
        } catch (MalformedException e) {
            throw new JoinException(Kind.BAD_ANSWER, hub + ": " + Escape.line(e.problem()), e);
        }
    }

    private Step step(
            Listener listener,
            Ed25519Key key,
            JoinRequest request,
            JoinAnswer answer,
            Duration backoff) {
        var hub = listener.endpoint();
        return switch (answer) {
            case Granted granted -> new Step.Done(joined(listener, key, request, granted));
            case Pending(Duration retryAfter, _) ->
                    new Step.Wait(
                            Kind.STILL_PENDING,
                            "waiting until somebody signs at the hub: muster ca sign "
                                    + asked(request)
                                    + " "
                                    + KeyFingerprint.of(key.publicKey()),
                            retryAfter.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : retryAfter);
            case Refused(var refusal, String message) when refusal.passing() ->
                    new Step.Wait(Kind.REFUSED, hub + ": " + Escape.line(message), backoff);
            case Refused(_, String message) ->
                    throw new JoinException(
                            Kind.REFUSED, hub + " refused: " + Escape.line(message));
        };
    }

    private Joined joined(Listener listener, Ed25519Key key, JoinRequest request, Granted granted) {
        try {
            var trust = TrustStore.of(granted.trust().stream().map(Certificates::parse).toList());
            if (!Certificates.der(trust.root()).sha256().equals(listener.root())) {
                throw new MalformedException("a trust chain of another root");
            }
            if (trust.anchors().size() > 1) {
                // The root that is pinned has vouched for one of them only.
                throw new MalformedException("more than one authority");
            }
            granted.set().ifPresent(document -> follow(trust, document));
            var certificate = Certificates.parse(granted.certificate());
            var credentials = new Credentials(key, certificate, trust);
            credentials
                    .flaw(clock.instant())
                    .ifPresent(
                            flaw -> {
                                throw new MalformedException("a certificate that is " + flaw);
                            });
            var identity = credentials.identity();
            var wanted = request.applicant().wanted();
            if (identity.role() != Role.NODE
                    || wanted.filter(id -> !id.value().equals(identity.name())).isPresent()) {
                throw new MalformedException("a certificate for " + identity.brief());
            }
            var sealing = request.applicant().sealing().map(SealingClaim::key);
            if (sealing.isPresent() && !sealing.equals(Certificates.sealingKey(certificate))) {
                throw new MalformedException("a certificate with another sealing key");
            }
            return new Joined(credentials, granted.collectives(), granted.broker());
        } catch (MalformedException | SecurityFileException e) {
            throw new JoinException(
                    Kind.BAD_ANSWER, listener.endpoint() + " sent " + e.getMessage(), e);
        }
    }

    /** A set that the pinned root did not sign is for those who trust another root as well. */
    private void follow(TrustStore trust, Bytes document) {
        var documents = new Documents(trust, new Revocations(), clock);
        if (documents.set(Envelope.decode(document))
                instanceof Reading.Genuine<TrustSet>(var set)) {
            if (!TrustStore.anchorsOf(set).getFirst().equals(trust.anchors().getFirst())) {
                throw new MalformedException("a trust set with another authority in use");
            }
            trust.replace(set);
        }
    }

    private static String asked(JoinRequest request) {
        return request.applicant()
                .wanted()
                .orElseGet(() -> KeyFingerprint.defaultId(request.csr().key()))
                .value();
    }

    private Duration jittered(Duration most) {
        return Duration.ofMillis(random.nextLong(most.toMillis() / 2, most.toMillis() + 1));
    }

    private static String message(IOException e) {
        var message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
