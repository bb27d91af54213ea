package io.muster.trust;

import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.ListNumbers;
import io.muster.trust.RevocationList.Revoked;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * The newest revocation list of each issuer, as far as known here; never an older one than before.
 * Thread-safe; asked about every message, so asking costs one look-up.
 */
public final class Revocations {
    private final Map<IssuerName, RevocationList> lists = new EnumMap<>(IssuerName.class);
    private volatile Map<String, Revoked> revoked = Map.of();
    private volatile ListNumbers numbers = ListNumbers.NONE;
    private long policy;

    /** How a list compares to the one known here. */
    public enum Novelty {
        /** Newer, and in force from now on. */
        NEWER,
        /** The very list that is known. */
        KNOWN,
        /** Older than the one known: somebody is behind, or wants others to be. */
        OLDER,
        /** The number of the one known, and another content: the issuer made two. */
        DIFFERENT
    }

    /** What {@link #take} would say. */
    public synchronized Novelty compare(RevocationList list) {
        var known = lists.get(list.issuer());
        if (known == null || list.number() > known.number()) {
            return Novelty.NEWER;
        }
        if (list.number() < known.number()) {
            return Novelty.OLDER;
        }
        return list.equals(known) ? Novelty.KNOWN : Novelty.DIFFERENT;
    }

    /** Goes by that list from now on if it is newer than the one known. */
    public synchronized Novelty take(RevocationList list) {
        var novelty = compare(list);
        if (novelty == Novelty.NEWER) {
            lists.put(list.issuer(), list);
            settle();
        }
        return novelty;
    }

    /**
     * Forgets lists with other numbers: their issuer is not trusted any more, nor are those whom it
     * revoked.
     *
     * @param trusted whether an issuer that is trusted numbers lists so
     */
    public synchronized void keep(LongPredicate trusted) {
        lists.values().removeIf(list -> !trusted.test(list.number()));
        policy = policy > 0 && !trusted.test(policy) ? 0 : policy;
        settle();
    }

    /**
     * The number of the policy bundle that is in force here, 0 for none: it is told with theirs.
     */
    public synchronized void policy(long number) {
        policy = number;
        settle();
    }

    private void settle() {
        var all = new HashMap<String, Revoked>();
        for (var each : lists.values()) {
            each.revoked().forEach(r -> all.put(key(r.identity(), r.serial()), r));
        }
        revoked = Map.copyOf(all);
        numbers = new ListNumbers(number(IssuerName.OPERATORS), number(IssuerName.NODES), policy);
    }

    /** Why that certificate is void, if it is. */
    public Optional<Revoked> entry(Identity identity, String serial) {
        var now = revoked;
        return now.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(now.get(key(identity, serial)));
    }

    /** The newest list of that issuer, if any is known. */
    public synchronized Optional<RevocationList> list(IssuerName issuer) {
        return Optional.ofNullable(lists.get(issuer));
    }

    /** The numbers of the lists known, and of the policy bundle. */
    public ListNumbers numbers() {
        return numbers;
    }

    /** An entry in words. */
    public static String words(Revoked entry) {
        return "the certificate "
                + entry.serial()
                + " of "
                + entry.identity().brief()
                + " is revoked: "
                + entry.reason();
    }

    private long number(IssuerName issuer) {
        return list(issuer).map(RevocationList::number).orElse(0L);
    }

    private static String key(Identity identity, String serial) {
        return identity.uri() + " " + serial;
    }
}
