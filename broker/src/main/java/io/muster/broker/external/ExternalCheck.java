package io.muster.broker.external;

import io.muster.broker.BrokerLimits;
import io.muster.message.Escape;
import io.muster.message.Role;
import io.muster.security.Credentials;
import io.muster.transport.jms.BrokerAddress;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Tries at a running broker what must be refused, and what must not, with real connections: as a
 * stranger, and as whoever's credentials there are.
 *
 * <p>While it is tried as a node, that node's own agent loses its connection to the broker: take
 * the credentials of a node that was made for it. An operator cannot connect for a moment, and a
 * broker that silent connections keep busy is busy for as long as one answer may take.
 */
public final class ExternalCheck {
    private static final String STRANGER = "a stranger";

    private final BrokerAddress broker;
    private final Duration limit;
    private final String somebody;

    /**
     * At that broker.
     *
     * @param limit how long one answer may take
     */
    public ExternalCheck(BrokerAddress broker, Duration limit) {
        this.broker = broker;
        this.limit = limit;
        var bits = new byte[6];
        new SecureRandom().nextBytes(bits);
        this.somebody = "check-" + HexFormat.of().formatHex(bits);
    }

    /**
     * Tries what a stranger can.
     *
     * @param member shows whom to trust, and a good certificate to tell the difference
     * @param told of each attempt as it ends
     */
    public void asStranger(Credentials member, Consumer<Finding> told) {
        told.accept(version(member));
        for (var attempt : new Strangers(member, broker, limit).all()) {
            told.accept(judge(STRANGER, attempt.what(), attempt.allowed(), attempt.deed()::run));
        }
    }

    /**
     * Tries what that node or operator can.
     *
     * @param told of each attempt as it ends
     */
    public void as(Credentials member, Consumer<Finding> told) {
        var who = member.identity();
        for (var attempt : new Attempts(who, somebody).all()) {
            told.accept(attempted(member, attempt));
        }
        if (who.role() == Role.OPERATOR) {
            told.accept(crowd(member));
        }
    }

    /**
     * Tries whether somebody gets in who must not, although his certificate is good in itself.
     *
     * @param revoked whose certificate is on a revocation list of the fleet
     * @param told of the attempt as it ends
     */
    public void asRevoked(Credentials revoked, Consumer<Finding> told) {
        var what = "connect with a certificate that is revoked";
        told.accept(judge(revoked.identity().brief(), what, false, () -> enter(revoked)));
    }

    private void enter(Credentials who) throws Exception {
        try (var probe = new Probe(who, broker, limit)) {
            connect(probe, "");
        }
    }

    /** A node has one connection: who connects again ends his first. */
    private Finding crowd(Credentials member) {
        var most = BrokerLimits.usual().each().connections();
        var what = "be connected " + (most + 1) + " times at once";
        return judge(member.identity().brief(), what, false, () -> crowd(member, most));
    }

    private void crowd(Credentials member, int most) throws Exception {
        var opened = new ArrayList<Probe>();
        try {
            while (opened.size() <= most) {
                var probe = new Probe(member, broker, limit);
                opened.add(probe);
                connect(probe, "/" + opened.size());
            }
        } catch (IOException e) {
            throw new IOException("number " + opened.size() + ": " + reason(e), e);
        } finally {
            for (var probe : opened) {
                probe.close();
            }
        }
    }

    private void connect(Probe probe, String suffix) throws Exception {
        probe.open();
        probe.connect(probe.name() + "/" + somebody + suffix, probe.name() + suffix);
    }

    private Finding attempted(Credentials member, Attempt attempt) {
        var who = member.identity().brief();
        try (var probe = new Probe(member, broker, limit)) {
            return judge(who, attempt.what(), attempt.allowed(), () -> attempt.deed().with(probe));
        } catch (Exception e) {
            return new Finding(who, attempt.what(), false, "cannot connect: " + reason(e));
        }
    }

    private Finding version(Credentials member) {
        var what = "meet ActiveMQ " + Version.LEAST + " or later";
        try (var probe = new Probe(member, broker, limit)) {
            var version = probe.version();
            var ok = version.map(v -> v.compareTo(Version.LEAST) >= 0).orElse(false);
            return new Finding(
                    STRANGER,
                    what,
                    ok,
                    version.map(v -> "it is " + v).orElse("it does not say its version"));
        } catch (Exception e) {
            return new Finding(STRANGER, what, false, "cannot connect: " + reason(e));
        }
    }

    private interface Trial {
        void run() throws Exception;
    }

    private static Finding judge(String who, String what, boolean allowed, Trial trial) {
        try {
            trial.run();
            return new Finding(who, what, allowed, "allowed");
        } catch (Exception e) {
            return new Finding(who, what, !allowed, "refused: " + reason(e));
        }
    }

    private static String reason(Exception problem) {
        var text = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        return Escape.line(
                problem instanceof IOException && problem.getMessage() == null
                        ? "the connection ended"
                        : text);
    }
}
