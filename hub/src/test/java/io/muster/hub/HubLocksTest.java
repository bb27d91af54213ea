package io.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.transport.TransportException;
import io.muster.transport.jms.JmsTransport;
import io.muster.trust.Lock;
import io.muster.trust.Release;
import io.muster.trust.RevocationList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The whole hub, and what operators lock. */
class HubLocksTest extends HubTrustStage {
    private static Bytes release(Credentials by, Lock lock) {
        var release =
                new Release(
                        lock.id(),
                        "test",
                        Optional.of(by.identity()),
                        "",
                        Instant.ofEpochMilli(CLOCK.millis()));
        return by.signer().sign(PayloadType.RELEASE, release.encode());
    }

    @Test
    void aLockClosesTheConnectionSurvivesARestartAndEndsWithItsRelease() throws Exception {
        var alice = operator("alice");
        var bob = operator("bob");
        var states = watch(bob);
        var lock = lock(alice, "operator/bob");
        say(connect(alice), signed(alice, lock));
        awaitLoss(states);
        awaitFiles(lock, true);
        fleet.close();
        hub = hub();
        assertThatThrownBy(() -> JmsTransport.connect(client(bob), Duration.ofSeconds(3)))
                .isInstanceOf(TransportException.class);
        var again = connect(alice);
        say(again, release(alice, lock));
        Awaitility.await()
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(TransportException.class)
                .until(() -> connect(bob).connected());
        awaitFiles(lock, false);
        // The lock that was released does not come back, whoever repeats it.
        say(again, signed(alice, lock));
        connect(operator("carol"));
        JmsTransport.connect(client(bob), LIMIT).close();
    }

    /** An external broker reads what is kept. */
    private void awaitFiles(Lock lock, boolean locked) {
        for (var directory : List.of("state/documents", "documents")) {
            var documents = temporary.resolve(directory);
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(
                            () ->
                                    Files.exists(documents.resolve(lock.id() + ".lock")) == locked
                                            && Files.exists(
                                                            documents.resolve(
                                                                    lock.id() + ".release"))
                                                    != locked
                                            && Files.exists(documents.resolve("nodes.json")));
        }
    }

    @Test
    void whoMayNotLockHereClosesNoConnection() throws Exception {
        hub.close();
        hub = hub("lock-operators = operator/alice");
        var mallory = operator("mallory");
        var bob = operator("bob");
        var bobs = connect(bob);
        var malice = connect(mallory);
        say(malice, signed(mallory, lock(mallory, "operator/bob")));
        // A forgery in the name of who may, and a list that an operator made.
        var alice = operator("alice");
        say(malice, signed(mallory, lock(alice, "operator/bob")));
        var list =
                new RevocationList(
                        "test",
                        IssuerName.OPERATORS,
                        99,
                        CLOCK.instant(),
                        CLOCK.instant().plus(WEEK),
                        List.of(revoked(bob)));
        say(malice, mallory.signer().sign(PayloadType.REVOCATION, list.encode()));
        var lock = lock(alice, "operator/mallory");
        say(connect(alice), signed(alice, lock));
        // Alice's word has arrived, and so had everything before it.
        Awaitility.await().atMost(LIMIT).until(() -> !malice.connected());
        assertThat(bobs.connected()).isTrue();
        assertThat(register.list(IssuerName.OPERATORS)).isEmpty();
    }

    @Test
    void theAuthorityUndoesWhatAThiefLocked() throws Exception {
        var thief = operator("thief");
        var alice = operator("alice");
        var lock = lock(thief, "operator/alice");
        var states = watch(alice);
        say(connect(thief), signed(thief, lock));
        awaitLoss(states);
        publish(thief);
        operators().release(register, lock.id(), "thief");
        Awaitility.await()
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(TransportException.class)
                .until(() -> connect(alice) != null);
        assertThatThrownBy(() -> JmsTransport.connect(client(thief), Duration.ofSeconds(3)))
                .isInstanceOf(TransportException.class);
    }
}
