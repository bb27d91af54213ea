package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.RequestId;
import io.muster.message.Value.Fields;
import io.muster.node.NodeFixture.Draft;
import io.muster.security.Credentials;
import io.muster.security.PayloadType;
import io.muster.trust.Lock;
import io.muster.trust.LockTarget;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The policy's conditions and limits, on a node that gets requests. */
class PermitsTest {
    @TempDir Path directory;
    private NodeFixture fixture;
    private int answers;
    private int locks;

    @BeforeEach
    void start() throws IOException {
        fixture = new NodeFixture(directory);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** One rule that lets Alice do anything of the tests, with that besides. */
    private void policy(String more) throws IOException {
        Files.writeString(
                directory.resolve("policy.json"),
                """
                {"rules":[{"effect":"allow","callers":["operator/alice"],
                  "actions":["test.*","test.wipe"]%s}]}
                """
                        .formatted(more));
    }

    private Outcome outcome(Draft draft) {
        draft.send();
        answers++;
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.replies().size() == answers);
        return ((Reply.Answer.Final) fixture.replies().getLast().answer()).outcome();
    }

    private Draft change() {
        return fixture.draft("test.change", ActionClass.CHANGE);
    }

    private void refused(Draft draft, Reason reason) {
        var outcome = outcome(draft);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).reason()).isEqualTo(reason);
    }

    private void done(Draft draft) {
        assertThat(outcome(draft)).isEqualTo(Outcome.ok("done"));
    }

    /** From one hour before noon on, for two hours, but for that one. */
    private void frozen(String who) throws IOException {
        Files.writeString(
                directory.resolve("policy.json"),
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],
                  "actions":["test.*","test.wipe"],"perHour":2}],
                 "freezes":[{"from":"2026-11-20T11:00","to":"2026-11-20T13:00",
                             "reason":"the shop is open","except":["operator/%s"]}]}
                """
                        .formatted(who));
    }

    @Test
    void inAFreezeNothingBeginsThatChangesAnythingAndNothingIsUsedUp() throws IOException {
        frozen("bob");
        for (int i = 0; i < 3; i++) {
            refused(change(), Reason.FROZEN);
        }
        refused(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE), Reason.FROZEN);
        done(fixture.draft("test.look", ActionClass.READ));
        fixture.pass(Duration.ofHours(1));
        done(change());
    }

    @Test
    void outsideOfMaintenanceNothingBeginsThatChangesAnything() {
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],
                  "actions":["test.*","test.wipe"],"perHour":1}],
                 "maintenance":[{"times":[{"from":"13:00","to":"14:00"}],
                                 "except":["operator/carol"]}]}
                """);
        for (int i = 0; i < 2; i++) {
            refused(change(), Reason.WINDOW);
        }
        refused(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE), Reason.WINDOW);
        done(fixture.draft("test.look", ActionClass.READ));
        fixture.pass(Duration.ofMinutes(61));
        done(change());
        fixture.pass(Duration.ofHours(1));
        refused(change(), Reason.WINDOW);
        var carol = change();
        carol.sender = fixture.fleet.operator("carol");
        carol.signer = carol.sender;
        carol.replyTo = ReplyAddress.of(carol.sender.identity(), "1");
        var inbox = fixture.listen(carol.replyTo);
        carol.send();
        assertThat(inbox.next().answer()).isEqualTo(new Reply.Answer.Final(Outcome.ok("done")));
    }

    @Test
    void whoIsNamedNeedNotKeepToAFreeze() throws IOException {
        frozen("alice");
        done(change());
    }

    @Test
    void argumentsAreJudgedAsTheActionGetsThem() throws IOException {
        policy(",\"arguments\":{\"word\":{\"oneOf\":[\"yes\"]}}");
        var yes = change();
        yes.arguments = Fields.EMPTY.with("word", "yes");
        done(yes);
        var no = change();
        no.arguments = Fields.EMPTY.with("word", "no");
        refused(no, Reason.POLICY);
        refused(change(), Reason.POLICY);
    }

    private Draft sealed(String action) {
        return fixture.draft(action, ActionClass.CHANGE).sealing("password", "very secret");
    }

    private Draft secret() {
        return sealed("test.secret");
    }

    @Test
    void whatARuleSaysOfASecretIsNotGotRoundBySealingIt() throws IOException {
        policy(",\"arguments\":{\"password\":{\"absent\":true}}");
        done(fixture.draft("test.secret", ActionClass.CHANGE));
        refused(secret(), Reason.POLICY);
        policy(",\"arguments\":{\"password\":{\"absent\":true,\"pattern\":\".*\"}}");
        refused(secret(), Reason.POLICY);
        policy(
                "},{\"effect\":\"deny\",\"callers\":[\"operator/alice\"],"
                    + "\"actions\":[\"test.secret\"],\"arguments\":{\"password\":{\"pattern\":\"x\"}}");
        refused(secret(), Reason.POLICY);
        done(fixture.draft("test.secret", ActionClass.CHANGE));
    }

    /** The action takes it, so a rule sees what it will be. */
    @Test
    void fallbacksAreFilledInBesideASecretThatIsNeeded() throws IOException {
        policy(",\"arguments\":{\"force\":{\"equals\":true}}");
        done(sealed("test.needy"));
        policy(
                "},{\"effect\":\"deny\",\"callers\":[\"operator/alice\"],"
                    + "\"actions\":[\"test.needy\"],\"arguments\":{\"force\":{\"equals\":true}}");
        refused(sealed("test.needy"), Reason.POLICY);
    }

    private Draft of(Credentials who, Draft draft) {
        draft.sender = who;
        draft.signer = who;
        return draft;
    }

    @Test
    void whatTheAuthorityAttestsOfTheCallerCounts() throws IOException {
        policy(",\"callerAttributes\":{\"team\":[\"ops\"]}");
        refused(change(), Reason.POLICY);
        done(of(fixture.fleet.operator("alice", Map.of("team", "ops")), change()));
        refused(
                of(fixture.fleet.operator("alice", Map.of("team", "dev")), change()),
                Reason.POLICY);
    }

    @Test
    void whatTheAuthorityAttestsOfTheNodeCounts() throws IOException {
        policy(",\"nodeAttributes\":{\"site\":\"ams\"}");
        refused(change(), Reason.POLICY);
        policy(
                "},{\"effect\":\"deny\",\"callers\":[\"operator/alice\"],"
                        + "\"actions\":[\"*\"],\"nodeAttributes\":{\"site\":\"test\"}");
        refused(change(), Reason.POLICY);
        policy(",\"nodeAttributes\":{\"site\":\"test\"}");
        done(change());
    }

    @Test
    void atSomeTimesOnly() throws IOException {
        policy(",\"times\":[{\"from\":\"12:00\",\"to\":\"13:00\"}]");
        done(change());
        fixture.pass(Duration.ofHours(1));
        refused(change(), Reason.WINDOW);
    }

    @Test
    void toSomeCollectivesOnly() throws IOException {
        policy(",\"collectives\":[\"dr\"]");
        refused(change(), Reason.POLICY);
        var elsewhere = change();
        elsewhere.collective = NodeFixture.DR;
        done(elsewhere);
    }

    @Test
    void theRightToLockDependsOnWhatIsAttestedOfTheCaller() throws IOException {
        fixture.policy(
                """
                {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["test.*"]},
                 {"effect":"allow","callers":["operator/*"],"actions":["trust.lock"],
                  "callerAttributes":{"team":["ops"]},
                  "times":[{"from":"12:00","to":"13:00"}]}]}
                """);
        lock(fixture.fleet.operator("bob", Map.of("team", "dev")));
        done(change());
        fixture.pass(Duration.ofHours(1));
        lock(fixture.fleet.operator("bob", Map.of("team", "ops")));
        done(change());
        fixture.pass(Duration.ofMinutes(-10));
        lock(fixture.fleet.operator("bob", Map.of("team", "ops")));
        refused(change(), Reason.LOCKED);
    }

    private void lock(Credentials by) {
        var lock =
                new Lock(
                        new RequestId("f%031x".formatted(++locks)),
                        "test",
                        by.identity(),
                        LockTarget.parse("class:change"),
                        "just so",
                        fixture.now(),
                        Optional.empty());
        fixture.broadcast(by.signer().sign(PayloadType.LOCK, lock.encode()));
    }

    @Test
    void aFileOfFactsCountsAndWhatTheNodeSaysOfItselfDoesNot() throws IOException {
        policy(",\"facts\":{\"role\":[\"mail\"]}");
        refused(change(), Reason.POLICY); // the fixture's own facts say role=mail
        var facts = Files.createDirectories(directory.resolve("facts"));
        Files.writeString(facts.resolve("role.json"), "{\"role\":\"mail\"}");
        fixture.pass(Duration.ofSeconds(10));
        done(change());
    }

    @Test
    void aFileOfFactsThatOthersMayWriteAllowsNothing() throws IOException {
        policy(",\"facts\":{\"role\":[\"mail\"]}");
        var facts = Files.createDirectories(directory.resolve("facts"));
        var file = Files.writeString(facts.resolve("role.json"), "{\"role\":\"mail\"}");
        Files.setPosixFilePermissions(
                file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-rw-"));
        refused(change(), Reason.POLICY);
    }

    @Test
    void moreTargetsThanAllowedOrNobodyKnowsHowMany() throws IOException {
        policy(",\"maxTargets\":2");
        var two = change();
        two.targets = Optional.of(List.of(fixture.id, new NodeId("n2")));
        done(two);
        var three = change();
        three.targets = Optional.of(List.of(fixture.id, new NodeId("n2"), new NodeId("n3")));
        refused(three, Reason.TOO_MANY_TARGETS);
        var all = change();
        all.targets = Optional.empty();
        refused(all, Reason.TOO_MANY_TARGETS);
    }

    @Test
    void soManyAnHourAlsoIfTheNodeAgentStartsAgain() throws IOException {
        policy(",\"perHour\":2");
        done(change());
        done(change());
        refused(change(), Reason.TOO_OFTEN);
        fixture.restart();
        refused(change(), Reason.TOO_OFTEN);
        fixture.pass(Duration.ofHours(1));
        done(change());
    }

    @Test
    void aCountThatCannotBeReadAllowsNothingUntilItCan() throws IOException {
        policy(",\"perHour\":2");
        done(change());
        fixture.stop();
        var file = directory.resolve("state/usage.json");
        var good = Files.readString(file);
        Files.writeString(file, "{");
        fixture.startAgain();
        refused(change(), Reason.NOT_RECORDED);
        Files.writeString(file, good);
        done(change());
        refused(change(), Reason.TOO_OFTEN);
    }

    @Test
    void aPolicyThatCannotBeUsedIsOnRecordOnceAndToldWhoAsks() {
        var status = outcome(fixture.draft("trust.status", ActionClass.READ));
        assertThat(status.result().member("policy_problem")).isEmpty();
        fixture.policy("{\"rules\":[],\"rule\":[]}");
        for (int i = 0; i < 2; i++) {
            status = outcome(fixture.draft("trust.status", ActionClass.READ));
            assertThat(status.message()).contains("the last good policy stays in force");
            assertThat(status.result().member("policy_problem").orElseThrow().toString())
                    .contains("policy.json: policy: ", "rule");
        }
        assertThat(fixture.audit()).containsOnlyOnce("\"why\":\"policy\"");
        fixture.policy(NodeFixture.OPEN);
        status = outcome(fixture.draft("trust.status", ActionClass.READ));
        assertThat(status.result().member("policy_problem")).isEmpty();
    }

    @Test
    void fiveDestructiveRequestsAMinuteAndNoMore() throws IOException {
        policy("");
        for (int i = 0; i < 5; i++) {
            done(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE));
        }
        refused(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE), Reason.TOO_OFTEN);
        fixture.pass(Duration.ofSeconds(13));
        done(fixture.draft("test.wipe", ActionClass.DESTRUCTIVE));
    }
}
