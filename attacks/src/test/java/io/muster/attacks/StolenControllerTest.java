package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.audit.Attested;
import io.muster.audit.Inspection;
import io.muster.broker.EvilBroker.Carried;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.ask.Caller;
import io.muster.message.Approval;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.IssuerName;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.Role;
import io.muster.security.Certificates;
import io.muster.security.Credentials;
import io.muster.security.Documents;
import io.muster.security.Envelope;
import io.muster.security.Issuance.Issuer;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.transport.Destination;
import io.muster.trust.PolicyBundle;
import io.muster.trust.RevocationList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * Who has taken over Alice's machine has her key unlocked and her certificate, and tries to be more
 * than Alice with them: the authority, a colleague, somebody whom nobody remembers.
 */
class StolenControllerTest {
    private static final String POLICY =
            """
            {"groups":{"leads":["operator/bob","operator/carol"]},
             "rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.look"]},
                      {"effect":"allow","callers":["operator/alice"],"actions":["test.mark"],
                       "approvals":{"count":1,"by":["group/leads"]}},
                      {"effect":"allow","callers":["operator/bob"],"actions":["test.mark"]}]}
            """;
    private static final String OPEN =
            """
            {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["*"]}]}
            """;
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir private Path directory;
    private Stage stage;
    private Victim mail;
    private Credentials alice;
    private Caller there;
    private Credentials bobs;
    private Caller bob;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(directory);
        mail = stage.node("mail");
        mail.policy(POLICY);
        alice = stage.alice();
        there = stage.caller(alice);
        bobs = stage.fleet().operator("bob");
        bob = stage.caller(bobs);
    }

    @AfterEach
    void stop() throws Exception {
        stage.close();
    }

    /** What her key would make of her, if a certificate for use were one for issuing. */
    private Issuer herself() {
        return new Issuer(alice.key(), alice.certificate());
    }

    private Credentials made(String person) {
        var identity = new Identity(stage.fleet().name(), Role.OPERATOR, person);
        return stage.fleet().credentials(herself(), identity, DAY);
    }

    private Report mark(Caller by) {
        return Stage.run(by, Victim.MARK, ActionClass.CHANGE, Stage.SILENCE, mail);
    }

    @Test
    void itMakesNoOperator() throws Exception {
        for (var person : List.of("bob", "mallory")) {
            assertThat(ExitCode.of(mark(stage.caller(made(person)))))
                    .as(person)
                    .isEqualTo(ExitCode.INCOMPLETE);
        }
        assertThat(mail.audit()).contains("bad-certificate");
        assertThat(mail.marked()).isEmpty();
    }

    @Test
    void itApprovesNothingAsSomebodyElse() throws InterruptedException {
        var colleagues = TestFleet.create();
        for (var forger : List.of(made("bob"), colleagues.operator("bob"), alice)) {
            var report =
                    Stage.approved(
                            there,
                            asked -> {
                                var bobs = new Identity(asFleet(), Role.OPERATOR, "bob");
                                var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                                var approval =
                                        new Approval(
                                                asked.id(),
                                                asked.digest(),
                                                bobs,
                                                now,
                                                asked.expires());
                                return List.of(
                                        forger.signer()
                                                .sign(PayloadType.APPROVAL, approval.encode()));
                            },
                            mail);
            var outcome = (Outcome.Refused) report.entries().getFirst().outcome().orElseThrow();
            assertThat(outcome.reason()).isEqualTo(Reason.APPROVAL_MISSING);
        }
        assertThat(mail.marked()).isEmpty();
    }

    private String asFleet() {
        return stage.fleet().name();
    }

    @Test
    void itIsNotTheAuthority() throws Exception {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var others =
                new RevocationList(
                        asFleet(),
                        IssuerName.OPERATORS,
                        9,
                        now,
                        now.plus(DAY),
                        List.of(
                                new RevocationList.Revoked(
                                        bob.identity(),
                                        Certificates.serial(bobs.certificate()),
                                        now.plus(DAY),
                                        "in the way")));
        var policy =
                new PolicyBundle(asFleet(), 9, now, List.of(new PolicyBundle.Part(Map.of(), OPEN)));
        var strangers = TestFleet.set(9, TestFleet.create());
        said(PayloadType.REVOCATION, others.encode());
        said(PayloadType.POLICY, policy.encode());
        said(PayloadType.TRUST, strangers.encode());
        await().atMost(Stage.PATIENCE)
                .until(
                        () ->
                                mail.audit().lines().filter(l -> l.contains("wrong-role")).count()
                                        >= 3);

        assertThat(ExitCode.of(mark(bob))).isEqualTo(ExitCode.DONE);
        assertThat(ExitCode.of(mark(there))).isEqualTo(ExitCode.FAILED);
        assertThat(mail.marked()).hasSize(1);
    }

    /** Signed as the authority signs, by the key that it has. */
    private void said(PayloadType type, Bytes document) {
        var message = Documents.sign(herself(), type, document);
        stage.broker().inject(new Carried(new Destination.Requests(Collective.MAIN), message));
    }

    @Test
    void whatItDidStandsWithTheNodeAndWithOthers() throws Exception {
        assertThat(ExitCode.of(mark(there))).isEqualTo(ExitCode.FAILED);
        assertThat(ExitCode.of(mark(bob))).isEqualTo(ExitCode.DONE);
        // Whatever becomes of her machine: the node signed its log to Bob as well.
        var kept =
                stage.broker().seen(Destination.Replies.class).stream()
                        .map(Carried::body)
                        .filter(
                                reply ->
                                        Reply.decode(Envelope.decode(reply).payload())
                                                .audit()
                                                .isPresent())
                        .map(reply -> Attested.read(reply, stage.fleet().trust()))
                        .toList();
        assertThat(kept).isNotEmpty();
        var log = Inspection.of(List.of(mail.auditLog()), kept);
        assertThat(log.problems()).isEmpty();
        assertThat(log.chains().getFirst().attested()).isPresent();
        assertThat(mail.audit().lines())
                .anyMatch(
                        line ->
                                line.contains("operator/alice")
                                        && line.contains("test.mark")
                                        && line.contains("approval-missing"));
    }
}
