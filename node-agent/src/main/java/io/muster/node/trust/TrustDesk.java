package io.muster.node.trust;

import io.muster.action.ActionClass;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.ListNumbers;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.Spans;
import io.muster.security.Documents;
import io.muster.security.Documents.Reading;
import io.muster.security.Envelope;
import io.muster.security.Verification.Flaw;
import io.muster.trust.Lock;
import io.muster.trust.PolicyBundle;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations.Novelty;
import io.muster.trust.TrustSet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Takes the documents that come over the bus, and says whether a request may be carried out as far
 * as lists and locks are concerned. Nobody is answered: what a node goes by is in its announcements
 * and in what {@code trust.status} tells. Thread-safe.
 */
public final class TrustDesk {
    /** Digits of a root's fingerprint that people can compare. */
    private static final int SHOWN = 16;

    private static final Duration ASKED_EVERY = Duration.ofSeconds(10);

    private final TrustState state;
    private final Documents documents;
    private final TrustRules rules;
    private final BiPredicate<Identity, Envelope> mayLock;
    private final Predicate<Identity> quota;
    private final Runnable ask;
    private final Consumer<Envelope> pass;
    private final InstantSource clock;
    private final Scribe scribe;
    private Instant asked = Instant.MIN;

    /**
     * Ready to be handed documents.
     *
     * @param mayLock whether this node lets that operator, who signed that, lock and release
     * @param quota whether that operator may have one more lock or release judged now
     * @param ask makes the hub send what this node lacks; returns at once
     * @param pass is given every document that comes into force, lists, policies and sets before
     *     they do: after a crash in between they are sent again, and are news again
     */
    public TrustDesk(
            TrustState state,
            TrustRules rules,
            BiPredicate<Identity, Envelope> mayLock,
            Predicate<Identity> quota,
            Runnable ask,
            Consumer<Envelope> pass) {
        this.state = state;
        this.documents = state.documents();
        this.rules = rules;
        this.mayLock = mayLock;
        this.quota = quota;
        this.ask = ask;
        this.pass = pass;
        this.clock = state.clock();
        this.scribe = state.scribe();
    }

    /** Takes one message that is no request: a document that is genuine, and news, is in force. */
    public void receive(Envelope envelope) {
        switch (envelope.type()) {
            case REVOCATION -> ifGenuine(documents.list(envelope), l -> list(l, envelope));
            case POLICY -> ifGenuine(documents.policy(envelope), p -> policy(p, envelope));
            case TRUST -> ifGenuine(documents.set(envelope), s -> set(s, envelope));
            case LOCK -> ifGenuine(documents.lock(envelope), lock -> lock(lock, envelope));
            case RELEASE -> ifGenuine(documents.release(envelope), r -> release(r, envelope));
            case REQUEST, REPLY, ANNOUNCEMENT, CHECKPOINT, ROLLCALL, APPROVAL ->
                    scribe.dropped(Flaw.WRONG_TYPE, envelope.type().mediaType());
        }
    }

    private <T> void ifGenuine(Reading<T> reading, Consumer<T> next) {
        switch (reading) {
            case Reading.Genuine<T>(T document) -> next.accept(document);
            case Reading.Forged<T>(Flaw flaw, String problem) -> scribe.dropped(flaw, problem);
        }
    }

    private void list(RevocationList list, Envelope envelope) {
        var name = "the revocation list " + list.number() + " of the " + list.issuer() + " issuer";
        note(
                state.take(list, () -> pass.accept(envelope)),
                name + ", " + list.revoked().size() + " revoked");
    }

    private void policy(PolicyBundle bundle, Envelope envelope) {
        note(
                state.take(bundle, () -> pass.accept(envelope)),
                "the policy bundle " + bundle.number());
    }

    private void set(TrustSet set, Envelope envelope) {
        var inUse = set.authorities().getFirst().root().sha256().hex().substring(0, SHOWN);
        var count = set.authorities().size();
        note(
                state.take(set, () -> pass.accept(envelope)),
                "the trust set "
                        + set.number()
                        + " with "
                        + count
                        + (count == 1 ? " authority" : " authorities")
                        + ", the root in use being "
                        + inUse
                        + ",");
    }

    private void note(Novelty novelty, String name) {
        switch (novelty) {
            case NEWER -> scribe.told(name + " is in force");
            case KNOWN -> {}
            case OLDER -> scribe.denied(name + " is older than what is in force here");
            case DIFFERENT -> scribe.alarm("altered", name + " came twice, with different content");
        }
    }

    private void lock(Lock lock, Envelope envelope) {
        var what = lock.target().text() + " locked by " + lock.sender().brief();
        if (!state.locks().wants(lock, clock.instant())
                || !entitled(lock.sender(), envelope, what)
                || !spared(lock.sender(), what)) {
            return;
        }
        try {
            if (state.take(lock)) {
                scribe.told(what + ": " + lock.reason() + " (" + lock.id() + ")");
                pass.accept(envelope);
            }
        } catch (IllegalStateException e) {
            scribe.alarm("too-many-locks", what + ", but " + e.getMessage());
        }
    }

    private void release(Release release, Envelope envelope) {
        var what = "lock " + release.lock() + " released by " + release.by();
        var sender = release.sender();
        if (!state.locks().wants(release)
                || (sender.isPresent() && !entitled(sender.get(), envelope, what))) {
            return;
        }
        var stale = stale();
        if (sender.isPresent() && stale.isPresent()) {
            // Whoever releases may have been revoked, and this node would not know.
            scribe.denied(what + ": " + stale.get());
        } else if ((sender.isEmpty() || spared(sender.get(), what)) && state.take(release)) {
            scribe.told(what + ": " + release.reason());
            pass.accept(envelope);
        }
    }

    /** Asked about what would be news and is allowed: the rest anybody can send again. */
    private boolean spared(Identity who, String what) {
        if (!quota.test(who)) {
            scribe.denied(what + ": too many locks and releases of " + who.brief());
            return false;
        }
        return true;
    }

    private boolean entitled(Identity who, Envelope envelope, String what) {
        var lock = state.lockOn(who, envelope.signatures().getFirst().keyid());
        if (lock.isPresent()) {
            scribe.denied(what + ": " + words(lock.get()));
            return false;
        }
        if (!mayLock.test(who, envelope)) {
            scribe.denied(what + ": no rule allows it trust.lock");
            return false;
        }
        return true;
    }

    /**
     * Why a request is not carried out, if lists or locks keep it from being.
     *
     * @param keyid of the key that signed it
     */
    public Optional<Outcome> objection(Request request, String keyid) {
        var lock =
                state.locks()
                        .against(
                                request.sender(),
                                keyid,
                                request.action(),
                                request.changes() ? request.actionClass() : ActionClass.READ,
                                clock.instant());
        if (lock.isPresent()) {
            return refuse(Reason.LOCKED, words(lock.get()));
        }
        var behind = state.revocations().numbers().behind(request.lists());
        if (behind) {
            askNow();
        }
        if (!request.changes()) {
            return Optional.empty();
        }
        if (behind) {
            return refuse(
                    Reason.LISTS_STALE,
                    "the caller knows newer revocation lists, or a newer policy, than this node,"
                            + " which has asked the hub for them: try again");
        }
        return stale().flatMap(why -> refuse(Reason.LISTS_STALE, why));
    }

    /** The lists and policy this node knows, if the caller knows older ones. */
    public Optional<ListNumbers> news(Request request) {
        var known = state.revocations().numbers();
        return request.lists().behind(known) ? Optional.of(known) : Optional.empty();
    }

    /** Why nothing may be changed here: too long since the authority was heard. */
    Optional<String> stale() {
        if (state.damage().isPresent()) {
            return state.damage();
        }
        var list = state.revocations().list(IssuerName.OPERATORS);
        if (list.isEmpty()) {
            return rules.listNeeded()
                    ? Optional.of(
                            "no revocation list of operators has come here yet: muster ca publish")
                    : Optional.empty();
        }
        var end = list.get().issued().plus(rules.listAge());
        if (list.get().nextUpdate().isBefore(end)) {
            end = list.get().nextUpdate();
        }
        var now = clock.instant();
        return now.isBefore(end)
                ? Optional.empty()
                : Optional.of(
                        "the revocation list "
                                + list.get().number()
                                + " of operators is "
                                + Spans.print(whole(Duration.between(list.get().issued(), now)))
                                + " old, and somebody may be hiding a newer one: muster ca"
                                + " publish");
    }

    private static Duration whole(Duration age) {
        return Duration.ofMinutes(Math.max(1, age.toMinutes()));
    }

    private void askNow() {
        synchronized (this) {
            var now = clock.instant();
            if (now.isBefore(asked.plus(ASKED_EVERY))) {
                return;
            }
            asked = now;
        }
        ask.run();
    }

    private static String words(Lock lock) {
        return lock.target().text()
                + " is locked by "
                + lock.sender().brief()
                + " since "
                + lock.issued()
                + (lock.reason().isEmpty() ? "" : ": " + lock.reason())
                + "; muster unlock "
                + lock.id();
    }

    private static Optional<Outcome> refuse(Reason reason, String message) {
        return Optional.of(new Outcome.Refused(reason, message));
    }
}
