package io.muster.node;

import io.muster.message.ActionName;
import io.muster.message.Announcement;
import io.muster.message.Announcement.Kind;
import io.muster.message.Collective;
import io.muster.message.Standing;
import io.muster.message.Value.Fields;
import io.muster.node.time.Challenge;
import io.muster.security.PayloadType;
import io.muster.security.Signer;
import io.muster.transport.Destination;
import io.muster.transport.Transport;
import io.muster.transport.TransportException;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Says "I am here" to the hub: at each connection, then at even intervals with jitter; with all
 * facts when they have changed, and every so often anyway, for a hub that knows nothing.
 * Thread-safe.
 */
final class Announcer {
    private static final int FACTS_EVERY = 10;

    private final Transport transport;
    private final Signer signer;
    private final String boot;
    private final String machine;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final List<Collective> collectives;
    private final Duration interval;
    private final Supplier<View> view;
    private final Supplier<Standing> standing;
    private final String version;
    private final Challenge challenge;
    private long sequence;
    private String announced = "";
    private String name = "";

    /**
     * What there is to announce.
     *
     * @param digest changes when the facts do, those aside that always change
     */
    record View(
            String name,
            Fields facts,
            String digest,
            Set<String> classes,
            Set<ActionName> actions) {}

    Announcer(
            Transport transport,
            Signer signer,
            String boot,
            String machine,
            InstantSource clock,
            RandomGenerator random,
            List<Collective> collectives,
            Duration interval,
            Supplier<View> view,
            Supplier<Standing> standing,
            String version,
            Challenge challenge) {
        this.transport = transport;
        this.signer = signer;
        this.boot = boot;
        this.machine = machine;
        this.clock = clock;
        this.random = random;
        this.collectives = List.copyOf(collectives);
        this.interval = interval;
        this.view = view;
        this.standing = standing;
        this.version = version;
        this.challenge = challenge;
    }

    /** Announces with all facts: a new connection may mean a new hub. */
    synchronized void introduce() {
        announced = "";
        say(Kind.UP);
    }

    /** Announces as things stand. */
    synchronized void repeat() {
        say(Kind.UP);
    }

    /** Announces at once if the node has another name or other facts than it announced. */
    synchronized void changed() {
        var seen = view.get();
        if (!seen.digest().equals(announced) || !seen.name().equals(name)) {
            say(Kind.UP);
        }
    }

    /** Says that the node agent stops, or the machine reboots. */
    synchronized void leave(Kind kind) {
        say(kind);
    }

    /**
     * How long to wait before the next announcement: from three quarters of the interval to all.
     */
    Duration pause() {
        return Duration.ofMillis(
                random.nextLong(interval.toMillis() * 3 / 4, interval.toMillis() + 1));
    }

    private void say(Kind kind) {
        var now = clock.instant();
        var seen = view.get();
        var fresh =
                kind == Kind.UP
                        && (!seen.digest().equals(announced) || sequence % FACTS_EVERY == 0);
        var announcement =
                new Announcement(
                        signer.identity(),
                        seen.name(),
                        collectives,
                        kind,
                        sequence,
                        now,
                        interval,
                        boot,
                        machine,
                        version,
                        List.copyOf(seen.classes()),
                        List.copyOf(seen.actions()),
                        kind == Kind.UP ? challenge.announce() : Optional.empty(),
                        fresh ? Optional.of(seen.facts()) : Optional.empty(),
                        standing.get());
        try {
            transport.publish(
                    new Destination.Announcements(),
                    signer.sign(PayloadType.ANNOUNCEMENT, announcement.encode()),
                    now.plus(interval.multipliedBy(2)));
            sequence++;
            announced = fresh ? seen.digest() : announced;
            name = seen.name();
        } catch (TransportException _) {
            // Not connected: the next connection begins with an announcement.
            announced = "";
        }
    }
}
