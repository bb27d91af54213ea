package io.muster.hub;

import io.muster.hub.enrolment.Authority;
import io.muster.hub.presence.PresenceService;
import io.muster.message.Role;
import io.muster.security.Credentials;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a hub does by itself from time to time. */
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Upkeep.class.getName());
    private static final long PERIOD_SECONDS = 2;
    private static final Duration WARNED_BEFORE = Duration.ofDays(14);
    private static final Duration WARNED_EVERY = Duration.ofDays(1);

    private final PresenceService announcements;
    private final Authority authority;
    private final InstantSource clock;
    private final CountDownLatch over = new CountDownLatch(1);
    private Instant warned = Instant.MIN;

    Upkeep(PresenceService announcements, Authority authority, InstantSource clock) {
        this.announcements = announcements;
        this.authority = authority;
        this.clock = clock;
    }

    void start() {
        Thread.ofVirtual().name("hub-upkeep").start(this::run);
    }

    /** Whatever goes wrong once must not be silent, nor end it. */
    private void run() {
        try {
            while (!over.await(PERIOD_SECONDS, TimeUnit.SECONDS)) {
                try {
                    announcements.sweep();
                    warnOfExpiry();
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "upkeep failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void warnOfExpiry() {
        var now = clock.instant();
        if (now.isBefore(warned.plus(WARNED_EVERY))) {
            return;
        }
        warned = now;
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            var certificate = Credentials.load(authority.files().hub(), role.word()).certificate();
            var until = certificate.getNotAfter().toInstant();
            if (now.isAfter(until.minus(WARNED_BEFORE))) {
                LOG.log(
                        Level.WARNING,
                        () ->
                                "the certificate of the "
                                        + role.word()
                                        + " expires on "
                                        + until
                                        + ": restart the hub to renew it");
            }
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
