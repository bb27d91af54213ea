package io.muster.hub.enrolment;

import io.muster.message.IssuerName;
import io.muster.message.Role;
import io.muster.security.Anchor;
import io.muster.security.Issuance;
import io.muster.security.Issuance.Issuer;
import io.muster.security.Passphrase;
import io.muster.security.PassphraseSource;
import io.muster.security.TrustStore;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;
import io.muster.trust.Series;
import io.muster.trust.TrustSet;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Changes the authority of a fleet in three steps, each a published {@link TrustSet}: the new one
 * is trusted, the new one is used, the old one is dropped. No step is made before everybody has
 * confirmed the one before. A step is done once its set is published; what follows from that is
 * made up for after a crash by whoever comes next.
 */
public final class AuthorityChange {
    private final AuthorityFiles files;
    private final TrustStore trust;
    private final KeyRing keys;
    private final RevocationRegister register;
    private final SecureRandom random;
    private final InstantSource clock;
    private long known;

    /** How far a change has come. */
    public enum Step {
        /** None is under way. */
        NONE,
        /** The new authority is trusted, the old one in use. */
        TRUSTING,
        /** The new authority is in use, the old one still trusted. */
        USING
    }

    private AuthorityChange(
            AuthorityFiles files,
            long known,
            TrustStore trust,
            SecureRandom random,
            InstantSource clock) {
        this.files = files;
        this.known = known;
        this.trust = trust;
        this.keys = new KeyRing(files);
        this.register = new RevocationRegister(files, trust.fleet(), clock);
        this.random = random;
        this.clock = clock;
    }

    /**
     * Looks at the authority in that directory.
     *
     * @throws AuthorityException if there is none
     */
    public static AuthorityChange open(Path directory, SecureRandom random, InstantSource clock) {
        var files = new AuthorityFiles(directory);
        if (!files.exist()) {
            throw new AuthorityException(
                    "no authority in " + directory + ": make one with muster ca init");
        }
        // The number first: whoever changes something after that is noticed before we do.
        var known = RevocationRegister.set(files).map(TrustSet::number).orElse(0L);
        return new AuthorityChange(files, known, OwnTrust.settled(files, clock), random, clock);
    }

    /** How far it is. */
    public Step step() {
        var all = trust.anchors();
        if (all.size() == 1) {
            return Step.NONE;
        }
        return keys.number(all.getFirst()) < keys.number(all.getLast())
                ? Step.TRUSTING
                : Step.USING;
    }

    /** The number of the newest trust set; 0 if the authority was never changed. */
    public long set() {
        return register.set().map(TrustSet::number).orElse(0L);
    }

    /** The authorities that are trusted, the one in use first. */
    public List<Anchor> anchors() {
        return trust.anchors();
    }

    /**
     * Nodes, and hub and broker, that have not confirmed the present step; after the last step,
     * nodes that still trust the old authority.
     */
    public List<Laggard> machinesBehind() {
        var all = laggards();
        return switch (step()) {
            case NONE -> set() == 0 ? List.of() : all.nodesBehind();
            case TRUSTING -> all.nodesBehind();
            case USING -> join(all.serversNotOver(), all.nodesNotOver());
        };
    }

    /**
     * Operators who could not go on after the next step.
     *
     * @throws AuthorityException if it is not here who they are
     */
    public List<Laggard> operatorsBehind() {
        return switch (step()) {
            case NONE -> List.of();
            case TRUSTING -> laggards().operatorsBehind();
            case USING -> laggards().operatorsNotOver();
        };
    }

    private Laggards laggards() {
        return new Laggards(files, trust, register, clock);
    }

    private static <T> List<T> join(List<T> some, List<T> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /**
     * Refuses the first step while a change is under way: before anybody is asked anything.
     *
     * @throws AuthorityException if one is
     */
    public void checkBegin() {
        require(Step.NONE, "begin");
    }

    /**
     * The first step: makes a new authority and has it trusted.
     *
     * @param issuersOnly whether the root stays, and only the issuers are new
     * @param source knows the passphrase of the root in use
     * @param passphrase protects the new keys of root and issuer of operators, if given
     * @throws AuthorityException if a change is under way, or it cannot be written; nothing has
     *     changed
     */
    public void begin(
            boolean issuersOnly, PassphraseSource source, Optional<Passphrase> passphrase) {
        checkBegin();
        var old = trust.anchors().getFirst();
        var signer = keys.open(KeyRing.ROOT, old.root(), source);
        var number = keys.number(old) + 1;
        try (var _ = new EnrolmentLock(files.nodes().resolve("change.lock")).hold()) {
            if (set() != known) {
                throw RevocationRegister.overtaken();
            }
            // Whoever is not trusted yet was never told of: a crash left them.
            keys.removeAbove(number - 1);
            var root = issuersOnly ? Optional.of(signer) : Optional.<Issuer>empty();
            publish(List.of(old, number(number, root, passphrase)), signer);
        }
    }

    private Anchor number(int number, Optional<Issuer> sameRoot, Optional<Passphrase> passphrase) {
        var issuance = new Issuance(random);
        var now = clock.instant();
        var fleet = trust.fleet();
        var root = sameRoot.orElseGet(() -> issuance.root(fleet, now, Lifetimes.AUTHORITY));
        var series = new Series(known + 1);
        var operators =
                issuance.issuer(root, fleet, KeyRing.OPERATORS, series, now, Lifetimes.AUTHORITY);
        var nodes = issuance.issuer(root, fleet, KeyRing.NODES, series, now, Lifetimes.AUTHORITY);
        try {
            if (sameRoot.isEmpty()) {
                keys.store(KeyRing.ROOT, number, root, passphrase, random);
            }
            keys.store(KeyRing.OPERATORS, number, operators, passphrase, random);
            keys.store(KeyRing.NODES, number, nodes, Optional.empty(), random);
        } catch (IOException e) {
            throw KeyRing.unwritable(e);
        }
        return new Anchor(root.certificate(), operators.certificate(), nodes.certificate());
    }

    /**
     * Takes the first step back, while the old authority is still in use.
     *
     * @param source knows the passphrase of the root in use
     */
    public void cancel(PassphraseSource source) {
        require(Step.TRUSTING, "cancel");
        var old = trust.anchors().getFirst();
        publish(List.of(old), keys.open(KeyRing.ROOT, old.root(), source));
    }

    /**
     * The second step: the new authority issues from now on. Done once; what a crash kept from
     * following is made up for.
     *
     * @param without who need not have confirmed the first step
     * @param policy whether the policy bundle is signed anew; else it ends with the old authority
     * @param source knows the passphrases of the old root and of the new issuer of operators
     * @return what was signed anew, in words: whoever had the old keys may have made it
     * @throws AuthorityException if somebody has not confirmed the first step; nothing has changed
     */
    public List<String> use(Set<String> without, boolean policy, PassphraseSource source) {
        if (step() == Step.USING) {
            return follow(
                    keys.open(KeyRing.OPERATORS, trust.issuer(Role.OPERATOR), source), policy);
        }
        require(Step.TRUSTING, "use");
        check("trust the new authority", without);
        var old = trust.anchors().getFirst();
        var next = trust.anchors().getLast();
        var root = keys.open(KeyRing.ROOT, old.root(), source);
        var operators = keys.open(KeyRing.OPERATORS, next.issuer(Role.OPERATOR), source);
        publish(List.of(next, old), root);
        return follow(operators, policy);
    }

    /** What the old issuers had signed, the new ones sign; what they had certified as well. */
    private List<String> follow(Issuer operators, boolean policy) {
        var anew = new ArrayList<String>();
        if (!register.signed(IssuerName.OPERATORS, operators.certificate())) {
            register.list(IssuerName.OPERATORS)
                    .map(list -> register.publish(IssuerName.OPERATORS, operators, left(list)))
                    .ifPresent(list -> anew.add(words(list)));
        }
        if (!register.policySigned(operators.certificate())) {
            if (policy) {
                register.policy().map(old -> anew(old, operators)).ifPresent(anew::add);
            } else {
                register.forgetPolicy();
            }
        }
        var authority = Authority.open(files.home(), random, clock);
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            var _ = authority.server(role);
        }
        return anew;
    }

    private static String words(RevocationList list) {
        return "revocation list " + list.number() + ", " + list.revoked().size() + " revoked";
    }

    private String anew(PolicyBundle old, Issuer operators) {
        return "policy bundle "
                + register.publish(old.policies(), operators).number()
                + ", what bundle "
                + old.number()
                + " of "
                + old.issued()
                + " says";
    }

    private Duration left(RevocationList list) {
        var left = Duration.between(clock.instant(), list.nextUpdate());
        return left.isPositive() ? left : Operators.LIST_VALIDITY;
    }

    /**
     * The third step: the old authority is nobody any more.
     *
     * @param without who need not have confirmed the second step
     * @param source knows the passphrase of the new root
     * @return the keys that are of no use any more
     * @throws AuthorityException if somebody has not gone over; nothing has changed
     */
    public List<Path> drop(Set<String> without, PassphraseSource source) {
        require(Step.USING, "drop");
        var next = trust.anchors().getFirst();
        var operators = next.issuer(Role.OPERATOR);
        if (!register.signed(IssuerName.OPERATORS, operators)
                || !register.policySigned(operators)) {
            throw new AuthorityException(
                    "lists or policies are still signed by the old issuer of operators; nothing was"
                            + " changed: muster ca change use makes up for that");
        }
        check("go by the new authority alone", without);
        publish(List.of(next), keys.open(KeyRing.ROOT, next.root(), source));
        register.forgetReleases(operators);
        return uselessKeys();
    }

    /** The keys of authorities that are not trusted any more, or not yet. */
    public List<Path> uselessKeys() {
        return keys.others(trust.anchors());
    }

    /** Whether that is the key of the issuer of operators that was made last. */
    public boolean newest(Path key) {
        var last =
                trust.anchors().stream().max(Comparator.comparingInt(keys::number)).orElseThrow();
        return keys.key(KeyRing.OPERATORS, last.issuer(Role.OPERATOR))
                .filter(key::equals)
                .isPresent();
    }

    private void publish(List<Anchor> anchors, Issuer root) {
        var stated = anchors.stream().map(Anchor::stated).toList();
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        register.publish(new TrustSet(trust.fleet(), known + 1, now, stated), root);
        known++;
        trust.replace(OwnTrust.settled(files, clock));
    }

    private void require(Step wanted, String verb) {
        var now = step();
        if (now == wanted) {
            return;
        }
        throw new AuthorityException(
                switch (now) {
                            case NONE ->
                                    "no change is under way, so there is nothing to "
                                            + verb
                                            + ": muster ca change begin";
                            case TRUSTING ->
                                    "a change is under way, and the new authority is not in use"
                                            + " yet: the next step is muster ca change use";
                            case USING ->
                                    "a change is under way, and the new authority is in use: the"
                                            + " next step is muster ca change drop";
                        }
                        + "; nothing was changed");
    }

    private void check(String missing, Set<String> without) {
        var behind = new ArrayList<>(machinesBehind());
        behind.addAll(operatorsBehind());
        var unknown = new ArrayList<>(without);
        behind.forEach(b -> unknown.remove(b.who()));
        if (!unknown.isEmpty()) {
            throw new AuthorityException(
                    "--without "
                            + unknown.getFirst()
                            + ": nobody by that name is waited for: see muster ca change status");
        }
        behind.removeIf(b -> without.contains(b.who()));
        if (!behind.isEmpty()) {
            throw StepRefusal.of(missing, behind);
        }
    }
}
