package io.muster.hub.enrolment;

import io.muster.enrolment.JoinAnswer;
import io.muster.enrolment.JoinAnswer.Granted;
import io.muster.enrolment.JoinAnswer.Pending;
import io.muster.enrolment.JoinAnswer.Refusal;
import io.muster.enrolment.JoinAnswer.Refused;
import io.muster.enrolment.JoinRequest;
import io.muster.enrolment.KeyFingerprint;
import io.muster.hub.enrolment.AutosignPolicy.Decision;
import io.muster.hub.enrolment.AutosignPolicy.Token;
import io.muster.message.Collective;
import io.muster.message.Endpoint;
import io.muster.message.Escape;
import io.muster.message.NodeId;
import io.muster.security.Anchor;
import io.muster.security.Certificates;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decides about join requests, one at a time.
 *
 * <p>A key that has a certificate is answered with it, whatever else the request says: an answer
 * may get lost, and the certificate is of use to nobody but the holder of the key. Past half of the
 * certificate's life, or when another authority is in use, it gets a new one under the same id;
 * past its end only with a token or by a person. A key that was never seen is signed at once
 * ({@link AutosignPolicy}) or waits. Nothing a machine says gets into a certificate but its key,
 * and its id if it is granted. Thread-safe.
 */
public final class Enrolment {
    private static final Logger LOG = System.getLogger(Enrolment.class.getName());
    private static final long SOONEST = 5;
    private static final long LATEST = 60;

    private final Authority authority;
    private final Door door;
    private final Welcome welcome;
    private final Consumer<Issued> admitted;
    private final InstantSource clock;

    /**
     * What a new node is told when it is let in.
     *
     * @param collectives which it is in, from then on
     * @param broker where the bus is
     */
    public record Welcome(List<Collective> collectives, Endpoint broker) {
        public Welcome {
            collectives = List.copyOf(collectives);
        }
    }

    /**
     * Prepares to decide.
     *
     * @param welcome what a new node is told
     * @param admitted told of each certificate that is handed out, again when it is handed out
     *     again; on the thread that decides, so it must return at once
     */
    public Enrolment(
            Authority authority,
            Door door,
            Welcome welcome,
            Consumer<Issued> admitted,
            InstantSource clock) {
        this.authority = authority;
        this.door = door;
        this.welcome = welcome;
        this.admitted = admitted;
        this.clock = clock;
    }

    /**
     * The answer to a request that is signed with its own key.
     *
     * @param source the address it came from, for the log and the person who decides
     * @throws AuthorityException if the authority's files cannot be used; nothing was granted
     */
    public JoinAnswer answer(JoinRequest request, String source) {
        var id = id(request);
        var flaw = NodeNames.flaw(id, request.csr().key());
        if (flaw.isPresent()) {
            return refused(
                    Refusal.ID_NOT_ALLOWED, "the id " + id + " " + flaw.get() + ": choose another");
        }
        try (var _ = door.lock().hold()) {
            var answer = decide(request, id, source);
            log(answer, request, id, source);
            return answer;
        }
    }

    private JoinAnswer decide(JoinRequest request, NodeId id, String source) {
        var key = KeyFingerprint.of(request.csr().key());
        if (door.register().ended(key)) {
            return refused(
                    Refusal.REVOKED,
                    "the certificates of this key are void: join again with a new key (remove"
                            + " node.key) and a new token");
        }
        var known = door.register().of(key);
        if (known.isPresent()) {
            return again(request, known.get(), source);
        }
        if (door.pending().rejected(key)) {
            return refused(
                    Refusal.REJECTED, "somebody rejected this key: join again with a new one");
        }
        var taken = door.register().of(id).filter(holder -> !holder.free()).isPresent();
        var contested = door.pending().of(id).stream().anyMatch(p -> !p.fingerprint().equals(key));
        return switch (AutosignPolicy.decide(id, token(request), taken, contested)) {
            case Decision.Refuse(Refusal refusal, String message) -> refused(refusal, message);
            case Decision.Wait(String why) -> pending(request, source, why);
            case Decision.Sign(JoinTokens.Status token) -> sign(request, id, token);
        };
    }

    /** A key that has a certificate. */
    private JoinAnswer again(JoinRequest request, Issued latest, String source) {
        var wanted = request.applicant().wanted();
        if (wanted.isPresent() && !wanted.get().equals(latest.id())) {
            return refused(
                    Refusal.KEY_KNOWN,
                    "this key is the node " + latest.id() + " here: remove it to join anew");
        }
        var frozen = door.frozen(latest.id());
        if (frozen.isPresent()) {
            return refused(
                    Refusal.FROZEN,
                    "two machines have this key, so "
                            + latest.id()
                            + " is frozen "
                            + Escape.line(frozen.get())
                            + "; muster ca clean "
                            + latest.id()
                            + " voids it, and each machine joins again: muster agent join"
                            + " --new-key TOKEN");
        }
        var now = clock.instant();
        var due =
                Certificates.pastHalf(latest.certificate(), now)
                        || authority.outOfUse(latest.certificate());
        if (!due) {
            return granted(latest);
        }
        if (now.isBefore(latest.expires())) {
            return granted(door.renew(authority, latest, request.applicant(), "renewal"));
        }
        return switch (token(request)) {
            case Token.Good(JoinTokens.Status status)
                    when status.token().pattern().matches(latest.id()) -> {
                door.tokens().use(status, latest.key());
                yield granted(door.renew(authority, latest, request.applicant(), by(status)));
            }
            case Token.Good _, Token.None _, Token.Unknown _, Token.Over _, Token.Spent _ ->
                    pending(request, source, "its certificate expired on " + latest.expires());
        };
    }

    private JoinAnswer sign(JoinRequest request, NodeId id, JoinTokens.Status token) {
        var key = request.csr().key();
        door.tokens().use(token, KeyFingerprint.of(key));
        return granted(
                door.admit(
                        authority,
                        id,
                        key,
                        request.applicant(),
                        welcome.collectives(),
                        token.token().attributes(),
                        by(token)));
    }

    private JoinAnswer pending(JoinRequest request, String source, String why) {
        var waiting =
                PendingRequest.of(request, source, why, welcome.collectives(), clock.instant());
        return door.pending().add(waiting)
                ? new Pending(retryAfter(), waiting.fingerprint())
                : refused(Refusal.BUSY, "too many machines wait to be signed: muster ca list");
    }

    /**
     * The more wait, the less often each may ask: a handshake costs the hub much more than this.
     */
    private Duration retryAfter() {
        var seconds = Math.clamp(door.pending().all().size() / 10L, SOONEST, LATEST);
        return Duration.ofSeconds(seconds);
    }

    private Token token(JoinRequest request) {
        if (request.proof().isEmpty()) {
            return new Token.None();
        }
        var found = door.tokens().find(request.proof().get().token());
        if (found.isEmpty()
                || !request.provenBy(found.get().token().key(), authority.rootFingerprint())) {
            return new Token.Unknown();
        }
        var status = found.get();
        var usedHere = door.tokens().usedBy(status.token(), KeyFingerprint.of(request.csr().key()));
        if (status.over(clock.instant()) && !usedHere) {
            return new Token.Over();
        }
        return status.spent() && !usedHere ? new Token.Spent() : new Token.Good(status);
    }

    private JoinAnswer granted(Issued issued) {
        admitted.accept(issued);
        return new Granted(
                Certificates.der(issued.certificate()),
                inUse().certificates().stream().map(Certificates::der).toList(),
                issued.collectives(),
                welcome.broker(),
                RevocationRegister.signedSet(authority.files()));
    }

    /** The rest of a trust set is signed by a root; what we say here is not. */
    private Anchor inUse() {
        return authority.trust().anchors().getFirst();
    }

    private static JoinAnswer refused(Refusal refusal, String message) {
        return new Refused(refusal, message);
    }

    private static String by(JoinTokens.Status status) {
        return "token " + status.token().id();
    }

    private static NodeId id(JoinRequest request) {
        return Optional.of(request.applicant())
                .flatMap(applicant -> applicant.wanted())
                .orElseGet(() -> KeyFingerprint.defaultId(request.csr().key()));
    }

    private static void log(JoinAnswer answer, JoinRequest request, NodeId id, String source) {
        var who =
                "join: "
                        + id
                        + ", host "
                        + Escape.quoted(request.applicant().name())
                        + ", key "
                        + KeyFingerprint.of(request.csr().key())
                        + ", from "
                        + source
                        + ": ";
        switch (answer) {
            case Granted _ -> LOG.log(Level.INFO, () -> who + "granted");
            case Pending _ -> LOG.log(Level.DEBUG, () -> who + "waits for a person");
            case Refused(Refusal refusal, _) -> LOG.log(Level.INFO, () -> who + refusal.word());
        }
    }
}
