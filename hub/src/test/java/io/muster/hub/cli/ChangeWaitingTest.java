package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.enrolment.Confirmations;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Ed25519Key;
import io.muster.security.Issuance;
import io.muster.security.Pem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Whom a change of the authority waits for, and whom not; hub and nodes are played. */
class ChangeWaitingTest {
    private final ChangeFixture change;

    ChangeWaitingTest(@TempDir Path folder) {
        change = new ChangeFixture(folder);
    }

    @Test
    void aNewAuthorityIsNotUsedWhileSomebodyDoesNotTrustIt() throws IOException {
        change.done("change", "begin", "--no-new-passphrase");
        change.announces(change.web01, "web01", 1);
        var before = change.file("trust.pem");
        change.refused("change", "use");
        assertThat(change.shell.err())
                .contains("refused, and nothing was changed: 2 do not trust the new authority yet")
                .contains("node/web02: has not confirmed any set")
                .contains("operator/alice: does not know the new authority")
                .contains("--without node/ID")
                .contains("muster ca clean ID")
                .contains("muster ca operator NAME --out DIR")
                .doesNotContain("web01");
        change.renewOperator();
        change.refused("change", "use");
        assertThat(change.shell.err()).contains("node/web02").doesNotContain("operator/alice:");
        assertThat(change.file("trust.pem")).isEqualTo(before);
        assertThat(change.shell.ca("change", "status")).isEqualTo(1);
        assertThat(change.shell.out()).contains("node/web02").doesNotContain("node/web01");
        assertThat(change.shell.ca("change", "status", "--output", "jsonl")).isEqualTo(1);
        assertThat(change.shell.out())
                .contains("{\"type\":\"change\",\"step\":\"trusting\",\"set\":1,\"waiting\":1}")
                .contains("{\"type\":\"waiting\",\"id\":\"node/web02\"");
        change.refused("change", "use", "--without", "node/web03");
        assertThat(change.shell.err()).contains("nobody by that name is waited for");
        change.done("change", "use", "--without", "node/web02");
    }

    @Test
    void anOldAuthorityIsNotDroppedWhileSomebodyShowsACertificateOfIt() throws IOException {
        change.done("change", "begin", "--no-new-passphrase");
        change.everybodyTrusts();
        var old = change.certificate(change.web01, "web01");
        change.done("change", "use");
        change.announces("web01", 2, old);
        change.announces(change.web02, "web02", 1);
        var before = change.file("trust.pem");
        change.refused("change", "drop");
        assertThat(change.shell.err())
                .contains("3 do not go by the new authority alone yet")
                .contains("node/web01: shows its old certificate")
                .contains("node/web02: goes by set 1")
                .contains("operator/alice: has a certificate of the old authority, valid until");
        change.everybodyGoesOver();
        var heard = Confirmations.load(change.shell.authority().files(), change.trust());
        heard.heard(new Identity("prod", Role.BROKER, "main"), 2, old(Role.BROKER));
        heard.save();
        change.refused("change", "drop");
        assertThat(change.shell.err()).contains("broker/main: shows its old certificate");
        assertThat(change.file("trust.pem")).isEqualTo(before);
        change.done("change", "drop", "--without", "broker/main");
    }

    /** A certificate of the old authority for a server. */
    private Bytes old(Role role) throws IOException {
        var anchor = change.trust().anchors().getLast();
        var key = Pem.key(change.shell.ca().resolve("nodes/nodes.key"));
        return Certificates.der(
                new Issuance(change.shell.random)
                        .leaf(
                                new Issuance.Issuer(key, anchor.issuer(role)),
                                new Identity("prod", role, "main"),
                                change.web01.publicKey(),
                                List.of(),
                                change.shell.now(),
                                Duration.ofDays(1)));
    }

    @Test
    void whoIsRevokedOrExpiredIsNotWaitedFor() {
        change.done("change", "begin", "--no-new-passphrase");
        change.announces(change.web01, "web01", 1);
        change.done("revoke", "web02", "--yes");
        change.shell.itIs(change.shell.now().plus(Duration.ofHours(13)));
        change.done("change", "status");
        change.done("change", "use");
    }

    @Test
    void whoJoinedAnewConfirmsAnew() {
        change.done("change", "begin", "--no-new-passphrase");
        change.everybodyTrusts();
        change.done("clean", "web02", "--yes");
        var key = Ed25519Key.generate(change.shell.random);
        change.ask(key, "web02");
        change.done("sign", "web02", "--yes");
        change.refused("change", "use");
        assertThat(change.shell.err()).contains("node/web02: has not confirmed any set");
        change.announces(key, "web02", 1);
        change.done("change", "use");
    }

    @Test
    void whoJoinsWhileTheNewAuthorityIsUsedIsNotWaitedForLong() {
        change.done("change", "begin", "--no-new-passphrase");
        change.everybodyTrusts();
        change.done("change", "use");
        change.everybodyGoesOver();
        var key = Ed25519Key.generate(change.shell.random);
        change.ask(key, "web03");
        change.done("sign", "web03", "--yes");
        assertThat(change.shell.ca("change", "drop")).isEqualTo(1);
        assertThat(change.shell.err()).contains("node/web03: has not confirmed any set");
        // It trusts the new root alone, and the set is signed by the old one.
        change.announces(key, "web03", 0);
        change.done("change", "drop");
    }
}
