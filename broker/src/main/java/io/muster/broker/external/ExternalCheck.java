package io.muster.broker.external;

import io.muster.message.Escape;
import io.muster.security.Credentials;
import io.muster.transport.jms.BrokerAddress;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Tries at a running broker what must be refused, and what must not, with real connections: as a
 * stranger, and as whoever's credentials there are.
 *
 * <p>While it is tried as a node, that node's own agent loses its connection to the broker: take
 * the credentials of a node that was made for it.
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
