package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.audit.Inspection;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Asked;
import io.muster.controller.ask.Caller;
import io.muster.filter.Filter;
import io.muster.message.Approval;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Identity;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.ReplyAddress;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.transport.Destination;
import io.muster.trust.PolicyBundle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Alice, who may do some things, and the thief of her key: they want more than that, alone, and
 * want nobody to know. The broker is on their side.
 */
class MaliciousOperatorTest {
    private static final String TWO_OTHERS =
            """
            {"groups":{"leads":["operator/alice","operator/bob","operator/carol"]},
             "rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.mark"],
                       "approvals":{"count":2,"by":["group/leads"]}}]}
            """;
    private static final String FEW =
            """
            {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.look"]},
                      {"effect":"allow","callers":["operator/*"],"actions":["test.mark"],
                       "maxTargets":2,"perHour":2}]}
            """;
    private static final String APPROVED_OR_BOB =
            """
            {"groups":{"leads":["operator/alice","operator/bob","operator/carol"]},
             "rules":[{"effect":"allow","callers":["operator/alice"],"actions":["test.mark"],
                       "approvals":{"count":2,"by":["group/leads"]}},
                      {"effect":"allow","callers":["operator/bob"],"actions":["test.mark"]}]}
            """;
    private static final String EVERYTHING =
            """
            {"rules":[{"effect":"allow","callers":["operator/alice"],
                       "actions":["*","test.wipe"]}]}
            """;

    @TempDir private Path directory;
    private Stage stage;
    private Victim mail;
    private Caller alice;
    private Credentials bob;
    private Credentials carol;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(directory);
        mail = stage.node("mail");
        alice = stage.caller(stage.alice());
        bob = stage.fleet().operator("bob");
        carol = stage.fleet().operator("carol");
    }

    @AfterEach
    void stop() throws Exception {
        stage.close();
    }

    private static Bytes approval(Credentials by, Asked asked) {
        return approval(by, by.identity(), asked.id(), asked.digest(), asked.expires());
    }

    private static Bytes approval(
            Credentials by, Identity as, RequestId id, String digest, Instant expires) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var approval = new Approval(id, digest, as, now, expires);
        return by.signer().sign(PayloadType.APPROVAL, approval.encode());
    }

    private static Function<Asked, List<Bytes>> by(Credentials... people) {
        return asked -> {
            var approvals = new ArrayList<Bytes>();
            for (var person : people) {
                approvals.add(approval(person, asked));
            }
            return approvals;
        };
    }

    private static Reason refusal(Report report) {
        var outcome = report.entries().getFirst().outcome().orElseThrow();
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).reason();
    }

    @Test
    void aloneHeIsNotTwoWhateverHeSigns() throws IOException, InterruptedException {
        mail.policy(TWO_OTHERS);
        var fleet = stage.fleet();
        var self = stage.alice();
        var kept = new ArrayList<Bytes>();
        Function<Asked, List<Bytes>> keeping =
                asked -> {
                    kept.addAll(by(bob, carol).apply(asked));
                    return List.copyOf(kept);
                };
        // That approvals are looked at rightly: those of two others are enough, once.
        assertThat(ExitCode.of(Stage.approved(alice, keeping, mail))).isEqualTo(ExitCode.DONE);

        var tries =
                List.<Function<Asked, List<Bytes>>>of(
                        by(),
                        by(self, self),
                        by(self, fleet.operator("alice")),
                        by(self, bob),
                        by(bob, bob, bob),
                        by(bob, fleet.operator("bob")),
                        by(bob, fleet.sameKey(bob, "carol")),
                        by(bob, fleet.sameKey(self, "carol")),
                        by(bob, fleet.operator("mallory")),
                        by(bob, fleet.node("carol")),
                        _ -> kept,
                        asked -> List.of(approval(bob, asked), inNameOf(carol, self, asked)),
                        asked ->
                                List.of(
                                        approval(bob, asked),
                                        approval(
                                                carol,
                                                carol.identity(),
                                                asked.id(),
                                                "0".repeat(64),
                                                asked.expires())));
        for (var approvals : tries) {
            assertThat(refusal(Stage.approved(alice, approvals, mail)))
                    .isEqualTo(Reason.APPROVAL_MISSING);
        }
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void whoLearnsAnIdOrAProposalUsesNeitherUpForItsSender() throws Exception {
        mail.policy(APPROVED_OR_BOB);
        var thief = stage.caller(bob);
        var node = mail.credentials().identity().nodeId();
        Function<Asked, List<Bytes>> meanwhile =
                asked -> {
                    thief.send(underHisName(asked, node), List.of(new Destination.Node(node)));
                    await().atMost(Stage.PATIENCE).until(() -> mail.marked().size() == 1);
                    thief.send(asked, List.of(new Destination.Node(node)));
                    await().atMost(Stage.PATIENCE)
                            .until(() -> mail.audit().contains("approval-missing"));
                    return by(bob, carol).apply(asked);
                };
        assertThat(ExitCode.of(Stage.approved(alice, meanwhile, mail))).isEqualTo(ExitCode.DONE);
        assertThat(mail.marked()).hasSize(2);
        assertThat(mail.marked().getFirst()).isEqualTo(mail.marked().getLast());
    }

    /** A request of his own with the id of somebody else's. */
    private Asked underHisName(Asked asked, NodeId node) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var request =
                new Request(
                        asked.id(),
                        bob.identity().fleet(),
                        Collective.MAIN,
                        bob.identity(),
                        Victim.MARK,
                        Fields.EMPTY,
                        Filter.EVERYTHING,
                        Optional.of(List.of(node)),
                        ReplyAddress.of(bob.identity(), "1"),
                        now,
                        now.plusSeconds(60),
                        ActionClass.CHANGE,
                        false,
                        Map.of(),
                        List.of());
        var message = bob.signer().sign(PayloadType.REQUEST, request.encode());
        return new Asked(asked.id(), asked.digest(), message, asked.expires());
    }

    private static Bytes inNameOf(Credentials other, Credentials by, Asked asked) {
        return approval(by, other.identity(), asked.id(), asked.digest(), asked.expires());
    }

    @Test
    void aPolicyOfHisOwnIsNone() throws Exception {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var bundle =
                new PolicyBundle(
                        "test", 7, now, List.of(new PolicyBundle.Part(Map.of(), EVERYTHING)));
        alice.proclaim(
                PayloadType.POLICY,
                bundle.encode(),
                List.of(
                        new Destination.Requests(Collective.MAIN),
                        new Destination.Node(mail.credentials().identity().nodeId())));
        await().atMost(Stage.PATIENCE)
                .until(() -> mail.audit().contains("not signed by an issuer"));

        var wiped = Stage.run(alice, Victim.WIPE, ActionClass.DESTRUCTIVE, Stage.PATIENCE, mail);
        assertThat(refusal(wiped)).isEqualTo(Reason.POLICY);
        mail.restart();
        assertThat(
                        refusal(
                                Stage.run(
                                        alice,
                                        Victim.WIPE,
                                        ActionClass.DESTRUCTIVE,
                                        Stage.PATIENCE,
                                        mail)))
                .isEqualTo(Reason.POLICY);
        assertThat(mail.marked()).isEmpty();
    }

    @Test
    void moreNodesThanHeMayHitAtATimeAreNoneAndOneByOneTheHourIsFull() throws Exception {
        var web = stage.node("web");
        var db = stage.node("db");
        for (var node : List.of(mail, web, db)) {
            node.policy(FEW);
        }
        var all = Stage.run(alice, Victim.MARK, ActionClass.CHANGE, Stage.PATIENCE, mail, web, db);
        assertThat(all.count(TargetState.REFUSED)).isEqualTo(3);
        assertThat(refusal(all)).isEqualTo(Reason.TOO_MANY_TARGETS);

        assertThat(ExitCode.of(mark(mail, web))).isEqualTo(ExitCode.DONE);
        assertThat(ExitCode.of(mark(mail))).isEqualTo(ExitCode.DONE);
        mail.restart();
        assertThat(refusal(mark(mail))).isEqualTo(Reason.TOO_OFTEN);
        assertThat(mail.marked()).hasSize(2);
        assertThat(web.marked()).hasSize(1);
        assertThat(db.marked()).isEmpty();
    }

    private Report mark(Victim... nodes) {
        return Stage.run(alice, Victim.MARK, ActionClass.CHANGE, Stage.PATIENCE, nodes);
    }

    @Test
    void whatHeDidAndWhatHeTriedStandsInALogThatIsSound() throws Exception {
        assertThat(ExitCode.of(mark(mail))).isEqualTo(ExitCode.DONE);
        Stage.run(alice, Victim.WIPE, ActionClass.DESTRUCTIVE, Stage.PATIENCE, mail);

        assertThat(mail.audit().lines())
                .anyMatch(
                        line ->
                                line.contains("accepted")
                                        && line.contains("test.mark")
                                        && line.contains("operator/alice"))
                .anyMatch(
                        line ->
                                line.contains("refused")
                                        && line.contains("test.wipe")
                                        && line.contains("operator/alice"));
        assertThat(Inspection.of(List.of(mail.auditLog()), List.of()).sound()).isTrue();
    }
}
