package io.muster.node;

import io.muster.enrolment.Joined;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.OwnCertificate;
import io.muster.security.SecurityFileException;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Renews this node's certificate when half of its life is over, or when another authority than the
 * one that made it is in use, by itself: asks the hub with the key it has, and goes over to the new
 * certificate only if it attests what the old one did. Takes nothing else from the answer.
 */
final class Renewal {
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** Between attempts of a node whose certificate is over: a person has to sign it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Attempts that fit into what is left of a certificate's life. */
    private static final int ATTEMPTS = 50;

    /**
     * What part of a life renewals are spread over: machines that joined together do not ask so.
     */
    private static final int SPREAD = 10;

    private final Credentials credentials;
    private final Duration look;
    private final Asking asking;
    private final Storing storing;
    private final Runnable renewed;
    private final InstantSource clock;
    private final Logger log;
    private final double share;
    private Optional<Instant> outOfUse = Optional.empty();
    private Instant next = Instant.MIN;

    /** Asks the hub for another certificate for the same key; once. */
    @FunctionalInterface
    interface Asking {
        Joined ask() throws IOException, InterruptedException;
    }

    /** Keeps the new certificate; after a crash there is the old one or the new one. */
    @FunctionalInterface
    interface Storing {
        void store(Credentials renewed) throws IOException;
    }

    /**
     * Renews these.
     *
     * @param look how often it looks whether another authority is in use; the renewals that follow
     *     are spread over as long, so that a fleet loads its hub no more than by announcing itself
     * @param renewed told after each renewal, on the thread that renews: the connection should be
     *     made again
     */
    Renewal(
            Credentials credentials,
            Duration look,
            Asking asking,
            Storing storing,
            Runnable renewed,
            InstantSource clock,
            RandomGenerator random,
            Logger log) {
        this.credentials = credentials;
        this.look = look;
        this.asking = asking;
        this.storing = storing;
        this.renewed = renewed;
        this.clock = clock;
        this.log = log;
        this.share = random.nextDouble();
    }

    /** Renews whenever it is time, until interrupted. */
    void run() {
        try {
            while (true) {
                Thread.sleep(step());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks until there is a certificate that is valid. */
    void revive() throws InterruptedException {
        while (credentials.flaw(clock.instant()).isPresent()) {
            var pause = step();
            if (credentials.flaw(clock.instant()).isPresent()) {
                Thread.sleep(pause);
            }
        }
    }

    /** Renews if it is time; how long to wait before the next look. */
    Duration step() throws InterruptedException {
        var now = clock.instant();
        var due = due(now);
        if (now.isBefore(due) || now.isBefore(next)) {
            return sooner(bounded(Duration.between(now, due.isAfter(next) ? due : next)));
        }
        try {
            take(asking.ask().credentials(), now);
        } catch (IOException | RuntimeException e) {
            // Whatever is wrong this time, there is a next time.
            var end = credentials.certificate().getNotAfter().toInstant();
            log.log(
                    Level.WARNING,
                    () ->
                            "this node's certificate, which ends on "
                                    + end
                                    + ", is not renewed yet: "
                                    + e.getMessage());
        }
        var pause = pause(now);
        next = now.plus(pause);
        return sooner(pause);
    }

    private Duration pause(Instant now) {
        var left = Duration.between(now, credentials.certificate().getNotAfter().toInstant());
        if (left.isNegative()) {
            return PATIENCE;
        }
        return outOfUse(now).isPresent() ? bounded(look) : bounded(left.dividedBy(ATTEMPTS));
    }

    private Duration sooner(Duration pause) {
        return pause.compareTo(look) < 0 ? pause : look;
    }

    private void take(Credentials answer, Instant now) throws IOException {
        var fresh = answer.certificate();
        var old = credentials.certificate();
        if (fresh.equals(old)) {
            return;
        }
        if (!OwnCertificate.attestsTheSame(old, fresh)) {
            throw new SecurityFileException("the new certificate attests something else");
        }
        credentials.renew(fresh, now);
        storing.store(credentials);
        log.log(
                Level.INFO,
                () -> "certificate renewed, valid until " + fresh.getNotAfter().toInstant());
        renewed.run();
    }

    /**
     * After half of the certificate's life, and up to a tenth of it later; soon, if its authority
     * is out of use.
     */
    private Instant due(Instant now) {
        var since = outOfUse(now);
        if (since.isPresent()) {
            return since.get().plus(Duration.ofMillis((long) (look.toMillis() * share)));
        }
        var half = Certificates.halfway(credentials.certificate());
        var rest = Duration.between(half, credentials.certificate().getNotAfter().toInstant());
        return half.plus(Duration.ofMillis((long) (rest.toMillis() * share / (SPREAD / 2))));
    }

    /** Since when it is known that another authority is in use than the certificate's. */
    private Optional<Instant> outOfUse(Instant now) {
        if (credentials.trust().current(credentials.certificate())) {
            outOfUse = Optional.empty();
        } else if (outOfUse.isEmpty()) {
            outOfUse = Optional.of(now);
            next = Instant.MIN;
        }
        return outOfUse;
    }

    private static Duration bounded(Duration pause) {
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE;
        }
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
