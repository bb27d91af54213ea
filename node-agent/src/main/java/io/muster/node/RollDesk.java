package io.muster.node;

import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.message.RollCall;
import io.muster.node.trust.Scribe;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Flaw;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verification.Untrusted;
import io.muster.security.Verifier;
import io.muster.transport.Receiver;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Parts what comes to a node's own queue: the hub's roll call, which it has answered at a random
 * moment, and everything else, which is handed on.
 *
 * <p>A roll call counts if it is newer than the last one, whatever this machine's clock says, and
 * not more often than every ten seconds: all it brings about is an announcement. Used by the one
 * thread that receives.
 */
final class RollDesk implements Receiver {
    private static final Set<Role> CALLERS = Set.of(Role.HUB);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Identity self;
    private final Verifier verifier;
    private final Receiver others;
    private final Consumer<Duration> announce;
    private final RandomGenerator random;
    private final LongSupplier nanos;
    private final Scribe scribe;
    private Instant last = Instant.MIN;
    private long answered;

    /**
     * Ready to be subscribed to the node's own queue.
     *
     * @param others takes everything else, what cannot be read included
     * @param announce has the node announced in full after that time; must return at once
     * @param nanos from any moment on, never going back
     */
    RollDesk(
            Identity self,
            Verifier verifier,
            Receiver others,
            Consumer<Duration> announce,
            RandomGenerator random,
            LongSupplier nanos,
            Scribe scribe) {
        this.self = self;
        this.verifier = verifier;
        this.others = others;
        this.announce = announce;
        this.random = random;
        this.nanos = nanos;
        this.scribe = scribe;
        this.answered = nanos.getAsLong() - PAUSE.toNanos();
    }

    @Override
    public void receive(Bytes message) {
        if (Envelope.claims(message, PayloadType.ROLLCALL)) {
            verify(message);
        } else {
            others.receive(message);
        }
    }

    private void verify(Bytes message) {
        switch (verifier.verify(message, PayloadType.ROLLCALL, CALLERS)) {
            case Untrusted(Flaw flaw, String problem) -> scribe.dropped(flaw, problem);
            case Trusted trusted -> read(trusted);
        }
    }

    private void read(Trusted trusted) {
        try {
            take(RollCall.decode(trusted.payload()));
        } catch (MalformedException e) {
            scribe.dropped(Flaw.MALFORMED, trusted.signer().brief() + ": " + e.problem());
        }
    }

    private void take(RollCall call) {
        var now = nanos.getAsLong();
        if (!call.node().equals(self)
                || !call.issued().isAfter(last)
                || now - answered < PAUSE.toNanos()) {
            return;
        }
        last = call.issued();
        answered = now;
        announce.accept(Duration.ofMillis(random.nextLong(call.within().toMillis() + 1)));
    }
}
