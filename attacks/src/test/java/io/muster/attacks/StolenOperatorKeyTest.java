package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.broker.EvilBroker.Carried;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Caller;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Role;
import io.muster.message.Value;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.transport.Destination;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;
import io.muster.trust.Release;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who has stolen an operator's key can do as that operator may, as long as it lasts, and is seen.
 */
class StolenOperatorKeyTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    /** Alice works, and Carol is who locks. */
    private static final String DUTY =
            """
            {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.*"]},
                      {"effect":"allow","callers":["operator/carol"],"actions":["trust.*"]}]}
            """;

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

        assertThat(refusal(report)).isEqualTo(Reason.POLICY);
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

    @Test
    void aKeyThatIsLockedIsRefusedOnTheConnectionThatItHas() throws Exception {
        mail.policy(DUTY);
        var thief = stage.caller(stolen);
        var alice = stage.caller(stage.alice());
        var carol = stage.caller(stage.fleet().operator("carol"));
        assertThat(ExitCode.of(mark(thief))).isEqualTo(ExitCode.DONE);

        lock(carol, "key:" + Certificates.keyid(stolen.certificate()));

        assertThat(refusal(mark(thief))).isEqualTo(Reason.LOCKED);
        mail.restart();
        assertThat(refusal(mark(thief))).isEqualTo(Reason.LOCKED);
        // It is the key that is locked: she has another.
        assertThat(ExitCode.of(mark(alice))).isEqualTo(ExitCode.DONE);
        assertThat(mail.marked()).hasSize(2);
    }

    @Test
    void theThiefNeitherReleasesALockNorMakesOneUnlessThePolicyLetsHer() throws Exception {
        mail.policy(DUTY);
        var thief = stage.caller(stolen);
        var carol = stage.caller(stage.fleet().operator("carol"));
        var lock = lock(carol, "action:test.mark");
        assertThat(refusal(mark(thief))).isEqualTo(Reason.LOCKED);

        // In her own name, and in Carol's.
        for (var name : List.of(thief.identity(), carol.identity())) {
            thief.proclaim(PayloadType.RELEASE, release(lock, name).encode(), everywhere());
        }
        thief.proclaim(
                PayloadType.LOCK,
                lockOf(thief.identity(), "operator/carol").encode(),
                everywhere());
        await().atMost(Stage.PATIENCE)
                .until(() -> mail.audit().contains("operator/alice: no rule allows it trust.lock"));
        assertThat(refusal(mark(thief))).isEqualTo(Reason.LOCKED);
        assertThat(refusal(mark(carol))).isEqualTo(Reason.LOCKED);
        assertThat(mail.marked()).isEmpty();

        carol.proclaim(PayloadType.RELEASE, release(lock, carol.identity()).encode(), everywhere());
        await().atMost(Stage.PATIENCE).until(() -> ExitCode.of(mark(carol)) == ExitCode.DONE);
    }

    private Lock lock(Caller by, String target) {
        var lock = lockOf(by.identity(), target);
        by.proclaim(PayloadType.LOCK, lock.encode(), everywhere());
        await().atMost(Stage.PATIENCE)
                .until(() -> mail.audit().contains("locked by " + by.identity().brief()));
        return lock;
    }

    private static Lock lockOf(Identity by, String target) {
        return new Lock(
                RequestId.random(new SecureRandom()),
                by.fleet(),
                by,
                LockTarget.parse(target),
                "stolen",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                Optional.empty());
    }

    private static Release release(Lock lock, Identity by) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Release(lock.id(), by.fleet(), Optional.of(by), "", now);
    }

    private List<Destination> everywhere() {
        return List.of(
                new Destination.Requests(Collective.MAIN),
                new Destination.Node(mail.credentials().identity().nodeId()));
    }

    private Report mark(Caller by) {
        return Stage.run(by, Victim.MARK, ActionClass.CHANGE, Stage.PATIENCE, mail);
    }

    private static Reason refusal(Report report) {
        var outcome = report.entries().getFirst().outcome().orElseThrow();
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).reason();
    }
}
