package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.filter.Filter;
import io.muster.message.Bounds;
import io.muster.message.Collective;
import io.muster.message.Json;
import io.muster.message.ListNumbers;
import io.muster.message.NodeId;
import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Value.Fields;
import io.muster.message.Value.Items;
import io.muster.node.NodeFixture.Draft;
import io.muster.node.helper.Word;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code node.explain} foresees what a node refuses: it is asked first, and then for the thing. */
class ReasonsTest {
    private static final NodeId SELF = new NodeId("n1");

    @TempDir private Path directory;
    private int asked = 1;

    /** How a node comes to refuse for a reason, and whether it can say so before. */
    private sealed interface Case {
        /** What is asked for, of a node that was brought there. */
        record Foreseen(Before before, String action, ActionClass actionClass, Consumer<Draft> how)
                implements Case {}

        /** Nobody can ask about it. */
        record Unforeseen(String why) implements Case {}
    }

    private interface Before {
        void bring(NodeFixture fixture) throws IOException;
    }

    private static Case change(Before before, Consumer<Draft> how) {
        return new Case.Foreseen(before, "test.change", ActionClass.CHANGE, how);
    }

    private static Case sent(Consumer<Draft> how) {
        return change(_ -> {}, how);
    }

    private static Case asked(String action, ActionClass actionClass) {
        return new Case.Foreseen(_ -> {}, action, actionClass, _ -> {});
    }

    private static Before policy(String rule, String rest) {
        return fixture ->
                fixture.policy(
                        """
                        {"rules":[{"effect":"allow","callers":["operator/*"],"actions":["node.*"]},
                                  {"effect":"allow","callers":["operator/*"],
                                   "actions":["test.*","test.wipe"]%s}]%s}
                        """
                                .formatted(rule, rest));
    }

    private static List<Case> cases(Reason reason) {
        return switch (reason) {
            case WRONG_FLEET -> List.of(sent(d -> d.collective = new Collective("elsewhere")));
            case FROM_FUTURE -> List.of(sent(d -> d.issued = d.issued.plusSeconds(300)));
            case STALE_NONCE -> List.of(sent(d -> d.nonces = Map.of(SELF, "0".repeat(32))));
            case CLOCK_BEHIND -> List.of(change(ReasonsTest::setBack, _ -> {}));
            case TTL_TOO_LONG -> List.of(sent(d -> d.ttl = Duration.ofMinutes(20)));
            case REPLAYED -> List.of(new Case.Unforeseen("it is about an id that is in use"));
            case OTHER_BOOT -> List.of(sent(d -> d.bind = Map.of(SELF, "0-0")));
            case NOT_BOUND -> List.of(new Case.Unforeseen("muster run binds what has to be"));
            case FILTER_MISMATCH -> List.of(sent(d -> d.filter = filter("role=db")));
            case POLICY ->
                    List.of(
                            asked("test.forbidden", ActionClass.READ),
                            change(policy(",\"collectives\":[\"dr\"]", ""), _ -> {}));
            case APPROVAL_MISSING ->
                    List.of(
                            change(
                                    policy(
                                            """
                                            ,"approvals":{"count":1,"by":["operator/carol"]}
                                            """,
                                            ""),
                                    _ -> {}));
            case WINDOW ->
                    List.of(
                            change(
                                    policy(
                                            """
                                            ,"times":[{"from":"13:00","to":"14:00"}]
                                            """,
                                            ""),
                                    _ -> {}),
                            change(
                                    policy(
                                            "",
                                            """
                                            ,"maintenance":[
                                             {"times":[{"from":"22:00","to":"04:00"}]}]
                                            """),
                                    _ -> {}));
            case FROZEN ->
                    List.of(
                            change(
                                    policy(
                                            "",
                                            """
                                            ,"freezes":[
                                             {"from":"2026-11-20T00:00","to":"2026-11-21T00:00",
                                              "reason":"shop"}]
                                            """),
                                    _ -> {}));
            case TOO_MANY_TARGETS ->
                    List.of(
                            change(
                                    policy(",\"maxTargets\":5", ""),
                                    d -> d.bounds = Bounds.targets(6)));
            case TOO_OFTEN ->
                    List.of(
                            change(
                                    fixture -> {
                                        policy(",\"perHour\":1", "").bring(fixture);
                                        done(fixture, "test.change", ActionClass.CHANGE);
                                    },
                                    _ -> {}),
                            new Case.Foreseen(
                                    fixture -> {
                                        for (int i = 0; i < 5; i++) {
                                            done(fixture, "test.wipe", ActionClass.DESTRUCTIVE);
                                        }
                                    },
                                    "test.wipe",
                                    ActionClass.DESTRUCTIVE,
                                    _ -> {}));
            case UNKNOWN_ACTION -> List.of(asked("test.nothing", ActionClass.READ));
            case CLASS_MISMATCH -> List.of(asked("test.change", ActionClass.READ));
            case INVALID_INPUT ->
                    List.of(sent(d -> d.arguments = Fields.EMPTY.with("word", "No!")));
            case SECRET_IN_CLEAR ->
                    List.of(
                            new Case.Foreseen(
                                    _ -> {},
                                    "test.secret",
                                    ActionClass.CHANGE,
                                    d -> d.arguments = Fields.EMPTY.with("password", "x")));
            case NOT_SEALED ->
                    List.of(
                            new Case.Foreseen(
                                    _ -> {},
                                    "test.tell",
                                    ActionClass.CHANGE,
                                    ReasonsTest::byWhomNothingCanBeSealedTo));
            case NOT_UNDERSTOOD -> List.of(sent(d -> d.critical = List.of("teleport")));
            case BUSY -> List.of(change(ReasonsTest::holding, _ -> {}));
            case NOT_RECORDED ->
                    List.of(
                            change(f -> damaged(f, "state/requests.journal"), _ -> {}),
                            change(
                                    fixture -> {
                                        policy(",\"perHour\":9", "").bring(fixture);
                                        damaged(fixture, "state/usage.json");
                                    },
                                    _ -> {}));
            case NO_DRY_RUN -> List.of(sent(d -> d.dryRun = true));
            case LOCKED ->
                    List.of(
                            change(f -> f.broadcast(f.lock("class:change")), _ -> {}),
                            change(f -> f.broadcast(f.lock("operator/alice")), _ -> {}));
            case LISTS_STALE -> List.of(sent(d -> d.lists = new ListNumbers(7, 0, 0)));
        };
    }

    private static Filter filter(String fact) {
        return new Filter(List.of(fact), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    private static void byWhomNothingCanBeSealedTo(Draft draft) {
        draft.signer = draft.withoutSealingKey();
    }

    private static void done(NodeFixture fixture, String action, ActionClass actionClass) {
        var before = fixture.replies().size();
        fixture.draft(action, actionClass).send();
        var answer = fixture.awaitReplies(before + 1).getLast().answer();
        assertThat(answer).isEqualTo(new Reply.Answer.Final(Outcome.ok("done")));
    }

    private static void setBack(NodeFixture fixture) {
        fixture.pass(Duration.ofMinutes(20));
        done(fixture, "test.change", ActionClass.CHANGE);
        fixture.pass(Duration.ofMinutes(-20));
    }

    private static void holding(NodeFixture fixture) {
        fixture.draft("test.hold", ActionClass.CHANGE).send();
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.runs.get() == 1);
    }

    private static void damaged(NodeFixture fixture, String file) throws IOException {
        fixture.stop();
        Files.writeString(fixture.directory.resolve(file), "x".repeat(100));
        fixture.startAgain();
    }

    /** The question about that request, of whoever would send it, as it would be sent. */
    private static Draft question(NodeFixture fixture, Draft about) {
        var draft = fixture.draft("node.explain", ActionClass.READ);
        draft.collective = about.collective;
        draft.signer = about.signer;
        draft.issued = about.issued;
        draft.ttl = about.ttl;
        draft.nonces = about.nonces;
        draft.critical = about.critical;
        draft.lists = about.lists;
        if (about.actionClass != ActionClass.DESTRUCTIVE) {
            draft.bind = about.bind;
        }
        draft.arguments =
                Fields.EMPTY
                        .with("action", about.action.value())
                        .with("class", about.actionClass.word())
                        .with("arguments", Json.text(about.arguments))
                        .with("filter", Json.text(about.filter.toValue()))
                        .with("targets", Math.max(1, about.bounds.maxTargets()))
                        .with("dry_run", about.dryRun);
        return draft;
    }

    private Outcome outcome(NodeFixture fixture, Draft draft) {
        draft.replyTo = ReplyAddress.of(fixture.alice.identity(), "" + ++asked);
        var inbox = fixture.listen(draft.replyTo);
        draft.send();
        return ((Reply.Answer.Final) inbox.next().answer()).outcome();
    }

    /** What was said against it; what keeps the question itself from being answered counts. */
    private static List<String> reasons(Outcome explained) {
        return switch (explained) {
            case Outcome.Refused(Reason reason, String _) -> List.of(reason.word());
            case Outcome.Ok(_, Fields data) ->
                    ((Items) data.member("reasons").orElseThrow())
                            .items().stream()
                                    .map(row -> ((Fields) row).member("reason").orElseThrow())
                                    .map(Object::toString)
                                    .toList();
            case Outcome.Changed _,
                    Outcome.Failed _,
                    Outcome.Expired _,
                    Outcome.Interrupted _,
                    Outcome.Cancelled _ ->
                    List.of(explained.word());
        };
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void whatANodeRefusesItHasForeseen(Reason reason) throws IOException {
        var number = 0;
        for (var each : cases(reason)) {
            switch (each) {
                case Case.Unforeseen(String why) -> assertThat(why).isNotEmpty();
                case Case.Foreseen foreseen ->
                        assertForeseen(reason, foreseen, directory.resolve("" + ++number));
            }
        }
    }

    private void assertForeseen(Reason reason, Case.Foreseen foreseen, Path place)
            throws IOException {
        try (var fixture = new NodeFixture(Files.createDirectories(place))) {
            foreseen.before().bring(fixture);
            var runs = fixture.runs.get();
            var draft = fixture.draft(foreseen.action(), foreseen.actionClass());
            foreseen.how().accept(draft);
            var explained = outcome(fixture, question(fixture, draft));
            assertThat(reasons(explained)).as("%s", explained).containsExactly(reason.word());
            assertThat(outcome(fixture, draft))
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(reason));
            assertThat(fixture.runs).hasValue(runs);
        }
    }

    @Test
    void whatHasExpiredIsForeseenAsWell() throws IOException {
        try (var fixture = new NodeFixture(directory)) {
            var draft = fixture.draft("test.change", ActionClass.CHANGE);
            fixture.pass(Duration.ofMinutes(2));
            assertThat(reasons(outcome(fixture, question(fixture, draft))))
                    .containsExactly("expired");
            assertThat(outcome(fixture, draft)).isInstanceOf(Outcome.Expired.class);
        }
    }

    /** Its clock says nothing then, in the answer as in the deed. */
    @Test
    void whatQuotesANonceIsNotSaidToBeOutOfTime() throws IOException {
        try (var fixture = new NodeFixture(directory, true, Duration.ofHours(10))) {
            await().atMost(Duration.ofSeconds(20)).until(() -> !fixture.announcements().isEmpty());
            var nonce = fixture.announcements().getLast().nonce().orElseThrow();
            var draft = fixture.draft("test.change", ActionClass.CHANGE);
            draft.nonces = Map.of(fixture.id, nonce);
            assertThat(reasons(outcome(fixture, question(fixture, draft)))).isEmpty();
            assertThat(outcome(fixture, draft)).isEqualTo(Outcome.ok("done"));
        }
    }

    @Test
    void whatTheRootHelperHasAgainstItIsSaid() throws IOException, InterruptedException {
        var helper = new HelperFixture(directory);
        try {
            var fixture = helper.node;
            assertThat(explained(fixture, "test.change")).isEmpty();
            assertThat(helper.runs).hasValue(0);

            // It alone has heard of that lock.
            assertThat(helper.ask(new Word.Tell(fixture.lock("action:test.change"))))
                    .isEqualTo(new Word.Heard());
            assertThat(explained(fixture, "test.change")).containsExactly("locked");
            assertThat(outcome(fixture, fixture.draft("test.change", ActionClass.CHANGE)))
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            r -> assertThat(r.reason()).isEqualTo(Reason.LOCKED));
            assertThat(explained(fixture, "test.look")).isEmpty();

            // It alone is at something.
            try (var line = helper.call()) {
                var hold = fixture.draft("test.hold", ActionClass.CHANGE);
                line.say(new Word.Perform(hold.message()));
                await().atMost(Duration.ofSeconds(20)).until(() -> helper.runs.get() == 1);
                assertThat(explained(fixture, "test.wipe")).containsExactly("busy");
                helper.hold.countDown();
                assertThat(line.hear(Duration.ofSeconds(20))).isInstanceOf(Word.Done.class);
            }

            helper.stop();
            assertThat(explained(fixture, "test.wipe")).containsExactly("no-helper");
            assertThat(outcome(fixture, fixture.draft("test.wipe", ActionClass.DESTRUCTIVE)))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class, f -> assertThat(f.code()).isEqualTo("no-helper"));
        } finally {
            helper.close();
        }
    }

    private List<String> explained(NodeFixture fixture, String action) {
        var draft = fixture.draft("node.explain", ActionClass.READ);
        draft.arguments = Fields.EMPTY.with("action", action);
        return reasons(outcome(fixture, draft));
    }
}
