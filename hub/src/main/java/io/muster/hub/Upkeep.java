package io.muster.hub;

import io.muster.hub.enrolment.Authority;
import io.muster.hub.enrolment.Confirmations;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.trust.Bulletin;
import io.muster.security.Credentials;
import io.muster.threads.Threads;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a hub does by itself from time to time. */
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Upkeep.class.getName());
    private static final long PERIOD_SECONDS = 2;
    private static final Duration TRIED_EVERY = Duration.ofSeconds(10);

    private final PresenceService announcements;
    private final Bulletin bulletin;
    private final Authority authority;
    private final List<Credentials> servers;
    private final Consumer<Credentials> renewed;
    private final Confirmations confirmations;
    private final Runnable tidying;
    private final InstantSource clock;
    private final CountDownLatch over = new CountDownLatch(1);
    private Instant tried = Instant.EPOCH;

    /**
     * What it does.
     *
     * @param bulletin looks for news of the authority, and renews the list of nodes
     * @param servers the credentials of the hub and, if it is its own, the broker: renewed in use
     * @param renewed told of those that were renewed
     * @param confirmations who goes by which trust set; put on record
     * @param tidying empties the queues of those who were cleaned, and forgets those who are gone
     */
    Upkeep(
            PresenceService announcements,
            Bulletin bulletin,
            Authority authority,
            List<Credentials> servers,
            Consumer<Credentials> renewed,
            Confirmations confirmations,
            Runnable tidying,
            InstantSource clock) {
        this.announcements = announcements;
        this.bulletin = bulletin;
        this.authority = authority;
        this.servers = List.copyOf(servers);
        this.renewed = renewed;
        this.confirmations = confirmations;
        this.tidying = tidying;
        this.clock = clock;
    }

    void start(Threads threads) {
        threads.keep("hub-upkeep", this::run);
    }

    /** Whatever goes wrong once must not be silent, nor end it. */
    private void run() {
        try {
            while (!over.await(PERIOD_SECONDS, TimeUnit.SECONDS)) {
                try {
                    announcements.sweep();
                    renew();
                    tidying.run();
                    bulletin.refresh();
                    confirm();
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "upkeep failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void renew() {
        var now = clock.instant();
        var other = authority.refresh();
        if (other) {
            LOG.log(Level.INFO, "the authority is changed: hub and broker go by the new trust");
        }
        if (!other && now.isBefore(tried.plus(TRIED_EVERY))) {
            return;
        }
        tried = now;
        for (var each : servers) {
            if (authority.rekeyed(each)) {
                LOG.log(
                        Level.ERROR,
                        () ->
                                "the "
                                        + each.identity().role().word()
                                        + " has a new key, and its certificate here is void: start"
                                        + " muster hub again");
            } else if (authority.renew(each)) {
                renewed.accept(each);
                LOG.log(
                        Level.INFO,
                        () ->
                                "the certificate of the "
                                        + each.identity().role().word()
                                        + " is renewed, valid until "
                                        + each.certificate().getNotAfter().toInstant());
            }
        }
    }

    /** What hub and broker show now counts as what nodes announce. */
    private void confirm() {
        var set = bulletin.set();
        servers.forEach(s -> confirmations.heard(s.identity(), set, s.certificate()));
        confirmations.save();
    }

    @Override
    public void close() {
        over.countDown();
    }
}
