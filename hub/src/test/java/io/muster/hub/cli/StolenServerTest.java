package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.IssuerName;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Pem;
import io.muster.trust.RevocationList;
import io.muster.trust.Revocations;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;

/** Somebody has the key of the hub, or of its broker. */
class StolenServerTest {
    private final Shell shell;

    StolenServerTest(@TempDir Path temporary) {
        shell = new Shell(temporary);
    }

    @BeforeEach
    void found() {
        assertThat(shell.init()).isZero();
    }

    private void done(String... words) {
        assertThat(shell.ca(words)).as(shell.err()).isZero();
    }

    private X509Certificate certificate(Role role) {
        return Pem.certificates(shell.ca().resolve("hub/" + role.word() + ".crt")).getFirst();
    }

    private RevocationList list() {
        return new RevocationRegister(shell.authority().files(), "prod", shell::now)
                .list(IssuerName.NODES)
                .orElseThrow();
    }

    private boolean revoked(X509Certificate certificate) {
        var lists = new Revocations();
        lists.take(list());
        var serial = Certificates.serial(certificate);
        return lists.entry(Certificates.identity(certificate), serial).isPresent();
    }

    @Test
    void itGetsANewKeyAndWhateverWasCertifiedBeforeIsVoid() {
        var first = certificate(Role.BROKER);
        done("hub");
        var renewed = certificate(Role.BROKER);
        assertThat(Certificates.key(renewed)).isEqualTo(Certificates.key(first));
        done("revoke", "broker/main", "--yes", "--reason", "its disk was sold");
        assertThat(shell.out())
                .contains("revoked broker/main, certificates: 2; it has a new key")
                .contains("of the nodes issuer: 2 revoked");
        assertThat(shell.err()).contains("Start muster hub again");
        var now = Credentials.load(shell.ca().resolve("hub"), "broker");
        assertThat(now.flaw(shell.now())).isEmpty();
        assertThat(now.key().publicKey()).isNotEqualTo(Certificates.key(first));
        assertThat(revoked(first)).isTrue();
        assertThat(revoked(renewed)).isTrue();
        assertThat(revoked(now.certificate())).isFalse();
        assertThat(revoked(certificate(Role.HUB))).isFalse();
    }

    @Test
    void theKeyIsForItsOwnerAlone() throws IOException {
        done("revoke", "hub/main", "--yes");
        assertThat(Files.getPosixFilePermissions(shell.ca().resolve("hub/hub.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aHubThatRunsKnowsThatItHasToBeStartedAgain() {
        var authority = shell.authority();
        var held = authority.server(Role.HUB);
        assertThat(authority.rekeyed(held)).isFalse();
        done("hub");
        assertThat(authority.rekeyed(held)).isFalse();
        done("revoke", "hub/main", "--yes");
        assertThat(authority.rekeyed(held)).isTrue();
        assertThat(authority.rekeyed(authority.server(Role.HUB))).isFalse();
    }

    @Test
    void afterACrashBetweenKeyAndCertificateTheSameAgainMakesUpForIt() throws IOException {
        var old = Files.readString(shell.ca().resolve("hub/hub.crt"));
        done("revoke", "hub/main", "--yes");
        Files.writeString(shell.ca().resolve("hub/hub.crt"), old);
        done("revoke", "hub/main", "--yes");
        var now = Credentials.load(shell.ca().resolve("hub"), "hub");
        assertThat(now.flaw(shell.now())).isEmpty();
        assertThat(revoked(now.certificate())).isFalse();
    }

    @Test
    void withoutBeingSureNothingChanges() {
        var before = certificate(Role.HUB);
        assertThat(
                        shell.run(
                                "n\n",
                                true,
                                "ca",
                                "revoke",
                                "hub/main",
                                "--dir",
                                shell.ca().toString()))
                .isEqualTo(1);
        assertThat(certificate(Role.HUB)).isEqualTo(before);
    }
}
