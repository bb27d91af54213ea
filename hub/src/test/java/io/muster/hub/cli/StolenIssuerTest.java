package io.muster.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.hub.enrolment.RevocationRegister;
import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.message.Role;
import io.muster.security.Documents;
import io.muster.security.Envelope;
import io.muster.security.Issuance.Issuer;
import io.muster.security.PayloadType;
import io.muster.security.Pem;
import io.muster.security.TrustStore;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;
import io.muster.trust.Series;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Somebody has the key of the issuer of operators, and uses up its numbers. */
class StolenIssuerTest {
    private static final String POLICY = "{\"rules\":[]}";

    private final Path temporary;
    private final Shell shell;

    StolenIssuerTest(@TempDir Path temporary) {
        this.temporary = temporary;
        shell = new Shell(temporary);
    }

    @BeforeEach
    void found() {
        assertThat(shell.init()).isZero();
        done("publish");
    }

    private void done(String... words) {
        assertThat(shell.ca(words)).as(shell.err()).isZero();
    }

    private TrustStore trust() {
        return TrustStore.load(shell.ca().resolve("trust.pem"));
    }

    private RevocationRegister register() {
        return new RevocationRegister(shell.authority().files(), "prod", shell::now);
    }

    /** The hub keeps what comes over the bus and is genuine. */
    private void thiefPublishes(PayloadType type, Bytes payload) {
        var key = Pem.key(shell.ca().resolve("operators/operators.key"));
        var stolen = new Issuer(key, trust().anchors().getLast().issuer(Role.OPERATOR));
        var document = Documents.sign(stolen, type, payload);
        register().keep(Envelope.decode(document), document);
    }

    private void thiefUsesUpTheNumbers() {
        var now = shell.now();
        var last = Series.SIZE - 1;
        thiefPublishes(
                PayloadType.REVOCATION,
                new RevocationList(
                                "prod",
                                IssuerName.OPERATORS,
                                last,
                                now,
                                now.plus(Duration.ofDays(1)),
                                List.of())
                        .encode());
        thiefPublishes(
                PayloadType.POLICY,
                new PolicyBundle(
                                "prod", last, now, List.of(new PolicyBundle.Part(Map.of(), POLICY)))
                        .encode());
    }

    private void renewOperator() {
        done("operator", "alice", "--out", temporary.resolve("home/.config/muster").toString());
    }

    @Test
    void theAuthorityCanBeChangedAllTheSame() {
        thiefUsesUpTheNumbers();
        assertThat(shell.ca("publish")).isEqualTo(1);
        assertThat(shell.err())
                .contains("the newest document is numbered 999999999")
                .contains("muster ca change begin");
        done("change", "begin", "--no-new-passphrase");
        renewOperator();
        done("change", "use", "--without-policy");
        assertThat(shell.out())
                .contains("signed anew: revocation list 1000000001, 0 revoked")
                .doesNotContain("policy bundle");
        assertThat(register().policy()).isEmpty();
        renewOperator();
        done("change", "drop");
        done("publish");
        assertThat(shell.out()).contains("list 1000000002 of the operators issuer");
    }

    @Test
    void whatIsSignedAnewIsSaidSoThatThePolicyOfTheThiefIsNoticed() {
        thiefUsesUpTheNumbers();
        done("change", "begin", "--no-new-passphrase");
        renewOperator();
        done("change", "use");
        assertThat(shell.out())
                .contains("signed anew: policy bundle 1000000001, what bundle 999999999 of 20");
        assertThat(shell.err()).contains("nothing of the thief's");
    }

    @Test
    void anAuthorityThatWasTakenBackDoesNotLendItsNumbersToTheNext() {
        done("change", "begin", "--no-new-passphrase");
        assertThat(trust().anchors().getLast().series()).isEqualTo(new Series(1));
        done("change", "cancel");
        done("change", "begin", "--no-new-passphrase");
        assertThat(trust().anchors().getLast().series()).isEqualTo(new Series(3));
    }
}
