package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.security.Attributes;
import io.muster.security.Certificates;
import io.muster.security.Passphrase;
import io.muster.security.Pem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Mallory can write alice's directory, and waits for the next renewal. */
class HeldKeysTest {
    private static final Duration HALF_A_DAY = Duration.ofHours(12);
    private static final Endpoint BROKER = Endpoint.parse("hub:61617");

    private final Path temporary;
    private final Path alice;
    private final TestAuthority fleet;

    HeldKeysTest(@TempDir Path temporary) {
        this.temporary = temporary;
        this.alice = temporary.resolve("alice");
        this.fleet = TestAuthority.found(home());
    }

    private Path home() {
        return temporary.resolve("ca");
    }

    private Operators operators(Path home) {
        return Operators.open(home, fleet.random, () -> fleet.now);
    }

    private X509Certificate issue(Path home, String name, Path directory, boolean locked) {
        var protection =
                locked
                        ? Optional.of(Passphrase.of("correct horse".toCharArray()))
                        : Optional.<Passphrase>empty();
        return operators(home)
                .issue(
                        new Operators.Wanted(name, HALF_A_DAY, Attributes.NONE),
                        directory,
                        BROKER,
                        () -> protection);
    }

    private void refused(String why) {
        assertThatThrownBy(() -> issue(home(), "alice", alice, true))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("nothing was signed");
    }

    private void plant(Path from, String... names) throws IOException {
        for (var name : names) {
            Files.write(alice.resolve(name), Files.readAllBytes(from.resolve(name)));
        }
    }

    /** A fleet of the same name is quickly founded: the certificate says what alice's does. */
    private Path forged(boolean locked) {
        var own = temporary.resolve("mallory-ca-" + locked);
        TestAuthority.found(own);
        var directory = temporary.resolve("mallory-" + locked);
        assertThat(Certificates.identity(issue(own, "alice", directory, locked)).brief())
                .isEqualTo("operator/alice");
        return directory;
    }

    @Test
    void whatWasIssuedHereIsRenewedLongAfterItExpired() {
        for (var locked : List.of(true, false)) {
            var directory = temporary.resolve("alice-" + locked);
            var first = issue(home(), "alice", directory, locked);
            fleet.now = fleet.now.plus(Duration.ofDays(100));
            var second = issue(home(), "alice", directory, locked);
            assertThat(Certificates.key(second)).isEqualTo(Certificates.key(first));
            assertThat(Certificates.sealingKey(second)).isEqualTo(Certificates.sealingKey(first));
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsNotRenewed() throws IOException {
        issue(home(), "alice", alice, true);
        for (var locked : List.of(true, false)) {
            plant(forged(locked), "operator.key", "operator.crt");
            refused("operator.crt was not made by this authority");
        }
    }

    @Test
    void neitherIsAKeyAloneOrWithAnothersCertificate() throws IOException {
        issue(home(), "alice", alice, true);
        plant(forged(false), "operator.key");
        refused("operator.key is not the key of operator.crt");
        Files.delete(alice.resolve("operator.crt"));
        refused("was never certified here");
    }

    @Test
    void aRevokedKeyIsNotRenewedWithAnOlderCertificateOfItEither() throws IOException {
        var first = issue(home(), "alice", alice, true);
        fleet.now = fleet.now.plus(Duration.ofDays(100));
        issue(home(), "alice", alice, true);
        var register = new RevocationRegister(new AuthorityFiles(home()), "test", () -> fleet.now);
        operators(home()).revoke(register, "alice", "laptop stolen");
        fleet.now = fleet.now.plus(Duration.ofDays(100));
        refused("a certificate of this key was revoked");
        Files.write(alice.resolve("operator.crt"), Bytes.utf8(Pem.certificate(first)).toArray());
        refused("a certificate of this key was revoked");
        for (var name : List.of("operator.key", "operator.crt", "trust.pem")) {
            Files.delete(alice.resolve(name));
        }
        assertThat(Certificates.key(issue(home(), "alice", alice, true)))
                .isNotEqualTo(Certificates.key(first));
    }
}
