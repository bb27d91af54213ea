package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.IssuerName;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList.Revoked;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the authority says to the whole fleet: revocation lists, ends of locks, policies. */
class TrustCommandsTest {
    private static final String LOCK = "7c9e6679f4b24d3e8a1b5c6d7e8f9a0b";
    private static final String PINGS =
            """
            {"rules": [{"effect": "allow", "callers": ["operator/*"], "actions": ["node.ping"]}]}
            """;

    private final Path temporary;
    private final Shell shell;

    TrustCommandsTest(@TempDir Path temporary) {
        this.temporary = temporary;
        shell = new Shell(temporary);
    }

    @BeforeEach
    void found() {
        assertThat(shell.init()).isZero();
    }

    private RevocationRegister register() {
        return new RevocationRegister(shell.authority().files(), "prod", shell::now);
    }

    private int push(String... words) {
        var all = new ArrayList<>(List.of("policy", "push"));
        all.addAll(List.of(words));
        all.addAll(List.of("--dir", shell.ca().toString()));
        return shell.run("", false, all.toArray(String[]::new));
    }

    @Test
    void anOperatorIsRevokedAndTheFleetToldByAPersonWhoMeansIt() {
        assertThat(shell.ca("revoke", "operator/alice")).isEqualTo(2);
        var asked = new String[] {"ca", "revoke", "operator/alice", "--dir", shell.ca().toString()};
        assertThat(shell.run("n\n", true, asked)).isEqualTo(1);
        assertThat(shell.err()).contains("Certificates: 1.").contains("Nothing was changed");
        assertThat(register().list(IssuerName.OPERATORS)).isEmpty();

        assertThat(shell.ca("revoke", "operator/alice", "--yes", "--reason", "laptop stolen"))
                .isZero();
        assertThat(shell.out())
                .isEqualTo(
                        """
                        revoked operator/alice, certificates: 1
                        list 1 of the operators issuer: 1 revoked, next before 2026-11-27 12:00 UTC
                        """);
        assertThat(register().list(IssuerName.OPERATORS).orElseThrow().revoked())
                .singleElement()
                .returns("operator/alice", entry -> entry.identity().brief())
                .returns("laptop stolen", Revoked::reason);
        assertThat(shell.ca("lists")).isZero();
        assertThat(shell.out()).contains("operator/alice").contains("laptop stolen");
    }

    @Test
    void whoHasNothingToBeRevokedIsSaidAndNothingIsPublished() {
        assertThat(shell.ca("revoke", "operator/bob", "--yes")).isEqualTo(2);
        assertThat(shell.err())
                .contains("operator/bob has no certificate that is good for anything");
        assertThat(shell.ca("revoke", "operator/../x", "--yes")).isEqualTo(2);
        assertThat(shell.ca("revoke", "no/node", "--yes")).isEqualTo(2);
        assertThat(shell.ca("revoke", "operator/alice", "--yes", "--reason", "a\nb")).isEqualTo(2);
        assertThat(shell.err()).contains("--reason: not a reason");
        shell.itIs(Shell.NOON.plus(Duration.ofDays(32)));
        assertThat(shell.ca("revoke", "operator/alice", "--yes")).isEqualTo(2);
        assertThat(register().list(IssuerName.OPERATORS)).isEmpty();
    }

    /** Locks that it made in its time are believed for thirty days after. */
    @Test
    void aCertificateThatHasJustExpiredIsRevokedAsWell() {
        shell.itIs(Shell.NOON.plus(Duration.ofDays(2)));
        assertThat(shell.ca("revoke", "operator/alice", "--yes")).isZero();
        assertThat(register().list(IssuerName.OPERATORS).orElseThrow().revoked()).hasSize(1);
    }

    @Test
    void revokingAnOperatorNeedsTheIssuerOfOperators() throws IOException {
        Files.move(shell.ca().resolve("operators"), temporary.resolve("safe"));
        assertThat(shell.ca("revoke", "operator/alice", "--yes")).isEqualTo(1);
        assertThat(shell.err()).contains("bring back the issuer of operators");
    }

    @Test
    void listsAreNumberedAlsoWhenNobodyWasRevoked() {
        assertThat(shell.ca("lists")).isZero();
        assertThat(shell.err()).contains("no list of the operators issuer was ever published");
        assertThat(shell.ca("publish")).isZero();
        assertThat(shell.out())
                .startsWith("list 1 of the operators issuer: 0 revoked, next before");
        assertThat(shell.ca("publish", "--next", "3d")).isZero();
        assertThat(shell.out())
                .isEqualTo(
                        "list 2 of the operators issuer: 0 revoked, next before"
                                + " 2026-11-23 12:00 UTC\n");
        assertThat(shell.ca("publish", "--next", "0s")).isEqualTo(2);
        shell.itIs(Shell.NOON.plus(Duration.ofDays(4)));
        assertThat(shell.ca("lists")).isZero();
        assertThat(shell.err()).contains("should have been replaced by 2026-11-23 12:00 UTC");
    }

    @Test
    void aRevokedNodeIsOnTheListOfTheNodesIssuer() {
        shell.waits("web01", "web01.example.org");
        assertThat(shell.ca("sign", "web01", "--yes")).isZero();
        assertThat(shell.ca("revoke", "web01", "--yes", "--reason", "sold")).isZero();
        assertThat(shell.ca("lists", "--output", "jsonl")).isZero();
        assertThat(shell.out())
                .startsWith("{\"type\":\"revoked\",\"id\":\"node/web01\"")
                .contains("\"issuer\":\"nodes\",\"list\":1,\"reason\":\"sold\"");
    }

    @Test
    void theAuthorityEndsALockWhoseWholeIdIsKnown() {
        assertThat(shell.ca("unlock", LOCK, "short")).isEqualTo(2);
        assertThat(shell.err()).contains("not the whole id of a lock: 'short'");
        assertThat(register().published()).isEmpty();
        assertThat(shell.ca("unlock", LOCK)).isZero();
        assertThat(shell.out()).isEqualTo("unlocked " + LOCK + "\n");
        assertThat(register().published())
                .singleElement()
                .returns(PayloadType.RELEASE, bytes -> Envelope.decode(bytes).type());
    }

    @Test
    void policiesArePushedAsNumberedBundles() throws IOException {
        var file = Files.writeString(temporary.resolve("policy.json"), PINGS).toString();
        assertThat(push(file)).isZero();
        assertThat(shell.out()).isEqualTo("policy bundle 1: 1 policy\n");
        assertThat(push(file, "--for", "site=ams:" + file)).isZero();
        assertThat(shell.out()).isEqualTo("policy bundle 2: 2 policies\n");
        assertThat(register().policy().map(PolicyBundle::number)).contains(2L);
        assertThat(register().policy().orElseThrow().textFor(Map.of("site", "ams")))
                .contains(PINGS);
    }

    @Test
    void aPolicyThatNoNodeCouldUseIsNotSigned() throws IOException {
        var bad = Files.writeString(temporary.resolve("bad.json"), "{\"rulez\": []}").toString();
        assertThat(push(bad)).isEqualTo(2);
        assertThat(shell.err()).contains("bad.json: ").contains("rulez");
        assertThat(push(temporary.resolve("none.json").toString())).isEqualTo(2);
        assertThat(shell.err()).contains("cannot be read");
        assertThat(push()).isEqualTo(2);
        assertThat(push("--for", "site:" + bad)).isEqualTo(2);
        assertThat(register().policy()).isEmpty();
        assertThat(shell.run("", false, "policy", "pull")).isEqualTo(2);
    }
}
