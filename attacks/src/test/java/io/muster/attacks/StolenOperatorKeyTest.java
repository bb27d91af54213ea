package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.broker.EvilBroker.Carried;
import io.muster.controller.ExitCode;
import io.muster.controller.TargetState;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.transport.Destination;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/**
 * Who has stolen an operator's key can do as that operator may, as long as it lasts, and is seen.
 */
class StolenOperatorKeyTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    @TempDir private Path directory;
    private Stage stage;
    private Victim mail;
    private Credentials stolen;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(directory);
        mail = stage.node("mail");
        stolen =
                stage.fleet()
                        .credentials(
                                stage.fleet().operatorsIssuer(),
                                new Identity("test", Role.OPERATOR, "alice"),
                                LIFE);
    }

    @AfterEach
    void stop() throws Exception {
        stage.close();
    }

    @Test
    void theThiefDoesNotExceedThePolicyAndIsWrittenDown() throws Exception {
        var thief = stage.caller(stolen);

        var report = Stage.run(thief, Victim.WIPE, ActionClass.DESTRUCTIVE, Stage.PATIENCE, mail);

        var refused = (Outcome.Refused) report.entries().getFirst().outcome().orElseThrow();
        assertThat(refused.reason()).isEqualTo(Reason.POLICY);
        assertThat(mail.audit()).contains("test.wipe").contains("operator/alice");
        assertThat(mail.marked()).isEmpty();
    }

    @Test
    void theThiefIsNobodyOnceTheCertificateHasEnded() throws Exception {
        var thief = stage.caller(stolen);
        var report = Stage.run(thief, Victim.MARK, ActionClass.CHANGE, Stage.PATIENCE, mail);
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        var genuine = stage.broker().seen(Destination.Node.class).getLast();

        mail.pass(LIFE);
        // dated when the certificate was good, and valid for longer than it, as far as the text
        // goes
        stage.broker().inject(rewritten(genuine, Duration.ZERO));
        stage.broker().inject(rewritten(genuine, LIFE));

        await().atMost(Stage.PATIENCE).until(() -> mail.audit().contains("expired"));
        mail.pass(LIFE.negated());
        assertThat(ExitCode.of(stage.look(Stage.PATIENCE, mail))).isEqualTo(ExitCode.DONE);
        assertThat(mail.marked()).hasSize(1);
    }

    private Carried rewritten(Carried genuine, Duration later) {
        var request = Request.decode(Envelope.decode(genuine.body()).payload());
        var issued = request.issued().plus(later);
        return genuine.with(
                Rewriting.of(
                        genuine.body(),
                        stolen,
                        Map.of(
                                "id", Value.of(RequestId.random(new SecureRandom()).value()),
                                "issued", Value.of(issued.toEpochMilli()),
                                "expires",
                                        Value.of(
                                                issued.plus(Duration.ofMinutes(15))
                                                        .toEpochMilli()))));
    }

    @Test
    void theThiefIsNoOtherOperator() {
        var bob = stage.fleet().operator("bob");
        var report =
                Stage.run(stage.caller(bob), Victim.MARK, ActionClass.CHANGE, Stage.PATIENCE, mail);

        assertThat(report.count(TargetState.REFUSED)).isEqualTo(1);
        assertThat(mail.marked()).isEmpty();
    }
}
