package io.muster.broker;

import io.muster.message.Identity;
import io.muster.message.Role;

import org.apache.activemq.broker.ConnectionContext;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Who is connected. Thread-safe. */
final class Members {
    private final BrokerLimits limits;
    private final Refusals refusals;
    private final Turnstile<Identity> identities;
    private final Turnstile<Allowance> destinations;
    private final Map<Identity, Allowance> allowances = new ConcurrentHashMap<>();
    private final Map<ConnectionContext, Member> members = new ConcurrentHashMap<>();

    Members(BrokerLimits limits, Refusals refusals) {
        this.limits = limits;
        this.refusals = refusals;
        this.identities = new Turnstile<>(limits.each().connections());
        this.destinations = new Turnstile<>(limits.each().destinations());
    }

    /** Who this connection is of; nothing for the broker itself. */
    static Optional<Member> member(ConnectionContext context) {
        var security = context.getSecurityContext();
        if (security instanceof Member member) {
            return Optional.of(member);
        }
        if (security != null && security.isBrokerContext()) {
            return Optional.empty();
        }
        throw new SecurityException("nobody");
    }

    /**
     * Takes a connection in.
     *
     * @param peer what the door learned about it
     * @param identify asked again: it may have been revoked since the handshake
     * @throws SecurityException if it must not come in
     */
    void add(
            ConnectionContext context,
            Object peer,
            Function<X509Certificate[], Optional<Identity>> identify) {
        if (!(peer instanceof Peer known)) {
            throw new SecurityException("no certificate");
        }
        var who = known.identity();
        if (who.role() == Role.BROKER) {
            refusals.count("connection of a broker", who.brief(), "no network of brokers here");
            throw new SecurityException("brokers do not connect to this broker");
        }
        var chain = known.chain().toArray(X509Certificate[]::new);
        if (!identify.apply(chain).equals(Optional.of(who))) {
            refusals.count("certificate not good any more", who.brief(), "not let in");
            throw new SecurityException("the certificate of " + who.brief() + " is not good");
        }
        if (!identities.enter(who)) {
            refusals.count("too many connections", who.brief(), "of one identity");
            throw new SecurityException("too many connections of " + who.brief());
        }
        var member = new Member(known, allowances.computeIfAbsent(who, this::allowance));
        context.setSecurityContext(member);
        members.put(context, member);
    }

    void remove(ConnectionContext context) {
        Optional.ofNullable(members.remove(context))
                .ifPresent(member -> identities.leave(member.identity()));
    }

    /**
     * The connections that would not be let in now: whose certificates prove somebody else or
     * nobody, or that read what they may not any more.
     */
    List<ConnectionContext> unwelcome(
            Function<X509Certificate[], Optional<Identity>> identify, AccessRules rules) {
        return members.entrySet().stream()
                .filter(entry -> !welcome(entry.getValue(), identify, rules))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The connections whose certificates are over. */
    List<ConnectionContext> expired(Instant now) {
        return members.entrySet().stream()
                .filter(entry -> over(entry.getValue(), now))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean over(Member member, Instant now) {
        return !now.isBefore(member.peer().chain().getFirst().getNotAfter().toInstant());
    }

    private boolean welcome(
            Member member,
            Function<X509Certificate[], Optional<Identity>> identify,
            AccessRules rules) {
        return proven(member, identify)
                && member.readings().stream()
                        .allMatch(reading -> rules.mayRead(member.identity(), reading));
    }

    private boolean proven(
            Member member, Function<X509Certificate[], Optional<Identity>> identify) {
        var chain = member.peer().chain().toArray(X509Certificate[]::new);
        var proven = identify.apply(chain).equals(Optional.of(member.identity()));
        if (!proven) {
            refusals.count("certificate not good any more", member.identity().brief(), "closed");
        }
        return proven;
    }

    private Allowance allowance(Identity who) {
        var each = limits.each();
        return new Allowance(
                new TokenBucket(each.rate(who.role()), System.nanoTime()),
                destinations,
                who.role() == Role.NODE ? each.nodeWaiting() : each.waiting());
    }
}
