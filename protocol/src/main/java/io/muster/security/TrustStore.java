package io.muster.security;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.security.Anchor.Signatory;
import io.muster.trust.RevocationList.Revoked;
import io.muster.trust.Revocations;
import io.muster.trust.Revocations.Novelty;
import io.muster.trust.TrustSet;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom a fleet trusts: an {@link Anchor}, or more than one while the authority is changed; the
 * first is the one in use. What is trusted can be replaced while it is in use: whoever has this
 * store, or a TLS context or verifier made of it, goes by the new anchors from the next certificate
 * on. Thread-safe.
 *
 * <p>Which {@link TrustSet} it goes by is part of it, and of its file: so whoever gets the file has
 * the number, and can be led back to no older set.
 */
public final class TrustStore {
    /** The most anchors at a time. */
    public static final int MOST = TrustSet.MOST;

    /** The line before the certificates: PEM allows text there (RFC 7468, 2). */
    private static final String SET = "# trust set ";

    private static final Pattern SET_LINE =
            Pattern.compile(SET + "([1-9][0-9]{0,17})\n.*", Pattern.DOTALL);

    private final Optional<Path> file;
    private volatile State state;
    private volatile Optional<Revocations> heeded = Optional.empty();

    private record State(List<Anchor> anchors, long number) {}

    /** Of a fleet with one anchor: see {@link Anchor#Anchor}. */
    public TrustStore(X509Certificate root, X509Certificate operators, X509Certificate nodes) {
        this(List.of(new Anchor(root, operators, nodes)));
    }

    /**
     * Trusts these, the one in use first.
     *
     * @throws SecurityFileException if they are not of one fleet, or one comes twice
     */
    public TrustStore(List<Anchor> anchors) {
        this(Optional.empty(), anchors, 0);
    }

    private TrustStore(Optional<Path> file, List<Anchor> anchors, long number) {
        this.file = file;
        this.state = new State(checked(anchors), number);
    }

    /**
     * Reads the anchors from one PEM file, the one in use first; root, {@code operators} and {@code
     * nodes} issuer of each in any order.
     *
     * @throws SecurityFileException if they are not there, or not sound
     */
    public static TrustStore load(Path file) {
        try {
            FileGuard.forThisProcess().trusted(file);
            var text = Pem.read(file);
            var anchors = anchors(Pem.certificates(file, text));
            return new TrustStore(Optional.of(file), anchors, number(file, text));
        } catch (ConfigException e) {
            throw new SecurityFileException(String.valueOf(e.getMessage()), e);
        } catch (MalformedException e) {
            throw new SecurityFileException(file + ": " + e.problem(), e);
        }
    }

    private static long number(Path file, String text) {
        if (!text.startsWith(SET.stripTrailing())) {
            return 0;
        }
        var line = SET_LINE.matcher(text);
        if (!line.matches()) {
            throw new SecurityFileException(file + ": its first line names no trust set");
        }
        return Long.parseLong(line.group(1));
    }

    /** As {@link #load}, from the certificates themselves. */
    public static TrustStore of(List<X509Certificate> certificates) {
        return new TrustStore(anchors(certificates));
    }

    /**
     * The anchors of a trust set, whoever signed it, the one in use first.
     *
     * @throws SecurityFileException or {@link MalformedException} if they are not sound
     */
    public static List<Anchor> anchorsOf(TrustSet set) {
        return checked(set.authorities().stream().map(Anchor::of).toList());
    }

    private static List<Anchor> anchors(List<X509Certificate> certificates) {
        var found = new ArrayList<Anchor>();
        for (int from = 0; from == 0 || from < certificates.size(); from += Anchor.SIZE) {
            var to = Math.min(from + Anchor.SIZE, certificates.size());
            found.add(Anchor.of(certificates.subList(from, to)));
        }
        return found;
    }

    private static List<Anchor> checked(List<Anchor> anchors) {
        if (anchors.isEmpty() || anchors.size() > MOST) {
            throw new SecurityFileException(anchors.size() + " authorities, not from 1 to " + MOST);
        }
        if (new HashSet<>(anchors).size() < anchors.size()) {
            throw new SecurityFileException("an authority is there twice");
        }
        var fleet = anchors.getFirst().fleet();
        if (!anchors.stream().allMatch(anchor -> anchor.fleet().equals(fleet))) {
            throw new SecurityFileException("the authorities are of different fleets");
        }
        return List.copyOf(anchors);
    }

    /**
     * How a genuine set compares to the one this store goes by. Without a number the authorities
     * themselves say which sets are older: those that brought them in.
     */
    public Novelty compare(TrustSet set) {
        var now = state;
        var same = anchorsOf(set).equals(now.anchors());
        if (set.number() == now.number()) {
            return same ? Novelty.KNOWN : Novelty.DIFFERENT;
        }
        var newer =
                set.number() > now.number()
                        && (same
                                || now.anchors().stream()
                                        .allMatch(a -> a.series().number() < set.number()));
        return newer ? Novelty.NEWER : Novelty.OLDER;
    }

    /**
     * Goes by that set from now on.
     *
     * @throws SecurityFileException if its authorities are not of this fleet, or not sound
     *     together; nothing has changed
     */
    public void replace(TrustSet set) {
        replace(anchorsOf(set), set.number());
    }

    /** Goes by what the other goes by now. */
    public void replace(TrustStore other) {
        var now = other.state;
        replace(now.anchors(), now.number());
    }

    private void replace(List<Anchor> sound, long number) {
        if (!sound.getFirst().fleet().equals(fleet())) {
            throw new SecurityFileException("authorities of another fleet");
        }
        state = new State(sound, number);
    }

    /**
     * From the next handshake on no server is believed in whose certificate is on those lists, as
     * they are then.
     */
    public void heed(Revocations revocations) {
        heeded = Optional.of(revocations);
    }

    /** Why that server's certificate is void, as far as is known here. */
    public Optional<Revoked> revoked(X509Certificate server) {
        return heeded.flatMap(
                lists -> lists.entry(Certificates.identity(server), Certificates.serial(server)));
    }

    /** The number of the set it goes by; 0 if none is known. */
    public long number() {
        return state.number();
    }

    /** Whether an issuer that is trusted numbers its documents so. */
    public boolean numbers(long document) {
        return anchors().stream().anyMatch(a -> a.series().holds(document));
    }

    /** The file it was read from, if it was. */
    public Optional<Path> file() {
        return file;
    }

    /** The anchors, the one in use first; the same object until they are replaced. */
    public List<Anchor> anchors() {
        return state.anchors();
    }

    /** The name of the fleet. */
    public String fleet() {
        return anchors().getFirst().fleet();
    }

    /** The root certificate in use, whose fingerprint join tokens pin. */
    public X509Certificate root() {
        return anchors().getFirst().root();
    }

    /** The certificate of the issuer that makes this role now. */
    public X509Certificate issuer(Role role) {
        return anchors().getFirst().issuer(role);
    }

    /** Whether the authority in use issued that leaf: if not, it is time for another. */
    public boolean current(X509Certificate leaf) {
        return anchors().getFirst().issued(leaf);
    }

    /** The anchor that issued that leaf, if one did. */
    public Optional<Anchor> anchor(X509Certificate leaf) {
        return anchor(anchors(), leaf);
    }

    private static Optional<Anchor> anchor(List<Anchor> among, X509Certificate leaf) {
        return among.stream().filter(anchor -> anchor.issued(leaf)).findFirst();
    }

    /** The anchor that issued that leaf; the one in use if none did. */
    Anchor vouching(X509Certificate leaf) {
        var now = anchors();
        return anchor(now, leaf).orElse(now.getFirst());
    }

    /**
     * Which issuer's own certificate that is, and whether it may sign documents at that moment.
     *
     * @return nothing for every other certificate, and for an issuer that is out of its time
     */
    Optional<Signatory> signatory(Bytes certificate, Instant now) {
        return anchors().stream().flatMap(a -> a.signatory(certificate, now).stream()).findFirst();
    }

    /** The key of the root whose own certificate that is, if it is valid at that moment. */
    Optional<Ed25519PublicKey> rootKey(Bytes certificate, Instant now) {
        return anchors().stream().flatMap(a -> a.rootKey(certificate, now).stream()).findFirst();
    }

    /** Roots and issuers, as they are stored and handed out. */
    public List<X509Certificate> certificates() {
        return anchors().stream().flatMap(anchor -> anchor.certificates().stream()).toList();
    }

    /** The PEM text that {@link #load} reads. */
    public String pem() {
        return pem(state);
    }

    /** The PEM text from which {@link #load} reads that set. */
    public static String pem(TrustSet set) {
        return pem(new State(anchorsOf(set), set.number()));
    }

    private static String pem(State state) {
        var blocks =
                state.anchors().stream()
                        .flatMap(anchor -> anchor.certificates().stream())
                        .map(Pem::certificate)
                        .toList();
        return (state.number() > 0 ? SET + state.number() + "\n" : "") + String.join("", blocks);
    }

    /**
     * Why a leaf certificate does not prove its identity at that moment, if it does not: issued by
     * somebody else, for another fleet, by the wrong issuer for its role, expired (or its issuer or
     * root is), or not sound.
     */
    public Optional<String> flaw(X509Certificate leaf, Instant now) {
        return switch (judged(leaf, now)) {
            case Judged.Sound _ -> Optional.empty();
            case Judged.Flawed(String why) -> Optional.of(why);
        };
    }

    /** What a leaf certificate is worth at that moment. */
    sealed interface Judged {
        /** It proves its identity; that one issued it. */
        record Sound(Anchor by) implements Judged {}

        /** It does not, for that reason. */
        record Flawed(String why) implements Judged {}
    }

    /** As {@link #flaw}, and who issued it: to find that out costs as much again. */
    Judged judged(X509Certificate leaf, Instant now) {
        try {
            var identity = Certificates.identity(leaf);
            if (!identity.fleet().equals(fleet())) {
                return new Judged.Flawed("of the fleet " + identity.fleet() + ", not " + fleet());
            }
            var unsound = Certificates.unsoundLeaf(leaf);
            if (unsound.isPresent()) {
                return new Judged.Flawed(unsound.get());
            }
            var out = Anchor.outOfTime(leaf, now);
            if (out.isPresent()) {
                return new Judged.Flawed(out.get());
            }
            var issuer = anchor(leaf);
            if (issuer.isEmpty()) {
                var name = issuerName(identity.role());
                return new Judged.Flawed("not issued by this fleet's " + name);
            }
            return issuer.get()
                    .outOfTime(identity.role(), now)
                    .<Judged>map(Judged.Flawed::new)
                    .orElse(new Judged.Sound(issuer.get()));
        } catch (MalformedException e) {
            return new Judged.Flawed(e.problem());
        }
    }

    /** The identity that a TLS chain proves at that moment; the leaf comes first. */
    public Optional<Identity> identify(X509Certificate[] chain, Instant now) {
        if (chain.length == 0 || flaw(chain[0], now).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(Certificates.identity(chain[0]));
    }

    private static String issuerName(Role role) {
        return role == Role.OPERATOR ? "operators issuer" : "nodes issuer";
    }
}
