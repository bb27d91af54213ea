package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.action.ActionClass;
import io.muster.broker.EvilBroker.Carried;
import io.muster.broker.EvilBroker.Mischief;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Stray;
import io.muster.message.Bytes;
import io.muster.message.Outcome;
import io.muster.message.Reply;
import io.muster.message.ReplyAddress;
import io.muster.message.Value;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.TestFleet;
import io.muster.transport.Destination;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;

/** A broker that writes, swaps, redirects and withholds answers. */
class RepliesTest {
    @TempDir private Path directory;
    private Stage stage;
    private Victim mail;
    private Victim web;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(directory);
        mail = stage.node("mail");
        web = stage.node("web");
    }

    @AfterEach
    void stop() throws Exception {
        stage.close();
    }

    /** Does that to the answers, and nothing to all else. */
    private void answers(Mischief mischief) {
        stage.broker()
                .does(
                        m ->
                                m.to() instanceof Destination.Replies && last(m)
                                        ? mischief.instead(m)
                                        : List.of(m));
    }

    /** Receipts go through. */
    private static boolean last(Carried message) {
        return reply(message).answer() instanceof Reply.Answer.Final;
    }

    private static Reply reply(Carried message) {
        return Reply.decode(Envelope.decode(message.body()).payload());
    }

    /** The same answer in the name of that node, with another outcome, signed by somebody. */
    private static Bytes forged(Carried genuine, Credentials of, Credentials signer) {
        return Rewriting.of(
                genuine.body(),
                signer,
                Map.of(
                        "sender", Value.of(of.identity().uri()),
                        "final", Outcome.failed("evil", "forged").toValue()));
    }

    /** Often enough that some are judged before the genuine one ends the run. */
    private static List<Carried> before(Carried genuine, Bytes forged) {
        var all = new ArrayList<>(Collections.nCopies(20, genuine.with(forged)));
        all.add(genuine);
        return all;
    }

    private void strayed(Report report, Stray.Kind kind) {
        assertThat(report.strays().counts()).containsKey(kind);
        assertThat(report.strays().alarming()).isPositive();
    }

    @Test
    void answersOfOtherNodesAreNotThisNodes() {
        answers(m -> before(m, forged(m, mail.credentials(), web.credentials())));

        var report = stage.mark(Stage.PATIENCE, mail);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        strayed(report, Stray.Kind.WRONG_SENDER);
    }

    @Test
    void answersOfNodesThatWereNotAskedCountForNothing() {
        answers(m -> before(m, forged(m, web.credentials(), web.credentials())));

        var report = stage.mark(Stage.PATIENCE, mail);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        assertThat(report.entries()).hasSize(1);
        strayed(report, Stray.Kind.NOT_A_TARGET);
    }

    @Test
    void answersOfStrangersHubsBrokersAndOperatorsAreNoNodes() {
        var strangers = TestFleet.create();
        var fleet = stage.fleet();
        answers(
                m -> {
                    var all = new ArrayList<Carried>();
                    for (var forger :
                            List.of(
                                    strangers.node("mail"),
                                    fleet.hub(),
                                    fleet.broker(),
                                    fleet.operator("mail"))) {
                        all.addAll(before(m, forged(m, mail.credentials(), forger)));
                        all.removeLast();
                        all.addAll(before(m, forged(m, forger, forger)));
                        all.removeLast();
                    }
                    all.add(m);
                    return all;
                });

        var report = stage.mark(Stage.PATIENCE, mail);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        strayed(report, Stray.Kind.UNVERIFIED);
    }

    @Test
    void aForgedAnswerAndNoGenuineOneIsNoReply() {
        answers(m -> List.of(m.with(forged(m, mail.credentials(), web.credentials()))));

        var report = stage.mark(Stage.SILENCE, mail);

        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void theAnswerToAnEarlierRequestIsNotTheAnswerToThisOne() {
        stage.look(Stage.PATIENCE, mail);
        var earlier = stage.broker().seen(Destination.Replies.class).getFirst();
        answers(m -> List.of(earlier));

        var report = stage.mark(Stage.SILENCE, mail);

        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        assertThat(report.strays().counts()).containsKey(Stray.Kind.LATE);
    }

    @Test
    void theAnswerThatComesFirstStandsAndAnotherOneIsTold() {
        var held = new LinkedBlockingQueue<Carried>();
        answers(
                m -> {
                    held.add(m);
                    return reply(m).sender().name().equals("web") ? List.of() : List.of(m);
                });

        var report =
                stage.mark(
                        Stage.PATIENCE,
                        taken -> {
                            if (taken.id().value().equals("mail")) {
                                contradict(held);
                            }
                        },
                        mail,
                        web);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        strayed(report, Stray.Kind.CONTRADICTION);
    }

    /** Mail says something else, and again what it said; only then web is heard. */
    private void contradict(Collection<Carried> held) {
        await().atMost(Stage.PATIENCE).until(() -> held.size() == 2);
        for (var message : held) {
            if (reply(message).sender().name().equals("mail")) {
                var other = forged(message, mail.credentials(), mail.credentials());
                Collections.nCopies(20, message.with(other)).forEach(stage.broker()::inject);
                stage.broker().inject(message);
            }
        }
        held.stream()
                .filter(message -> reply(message).sender().name().equals("web"))
                .forEach(stage.broker()::inject);
    }

    @Test
    void anAnswerWithABodyOfAnotherIsNothing() {
        UnaryOperator<Envelope> swap =
                e ->
                        new Envelope(
                                e.type(),
                                Envelope.decode(
                                                stage.broker()
                                                        .seen(Destination.Announcements.class)
                                                        .getFirst()
                                                        .body())
                                        .payload(),
                                e.signatures(),
                                e.certificates());
        answers(m -> List.of(m.with(swap.apply(Envelope.decode(m.body())).encode())));

        var report = stage.mark(Stage.SILENCE, mail);

        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        strayed(report, Stray.Kind.UNVERIFIED);
    }

    @Test
    void anAnswerThatIsGivenToAnotherOperatorIsNothingToHim() throws Exception {
        var bob = stage.fleet().operator("bob");
        var bobs = stage.caller(bob);
        var asked = stage.broker().seen().size();
        Stage.run(bobs, Victim.LOOK, ActionClass.READ, Stage.SILENCE, web);
        var bobsInbox =
                stage.broker().seen().stream()
                        .skip(asked)
                        .filter(m -> m.to() instanceof Destination.Replies)
                        .findFirst()
                        .orElseThrow()
                        .to();
        assertThat(((Destination.Replies) bobsInbox).address())
                .matches(a -> a.belongsTo(bob.identity()))
                .isInstanceOf(ReplyAddress.class);
        answers(m -> List.of(m.to(bobsInbox)));

        var report = stage.mark(Stage.SILENCE, mail);
        stage.broker().does(m -> List.of(m));
        var his = Stage.run(bobs, Victim.LOOK, ActionClass.READ, Stage.PATIENCE, web);

        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);
        assertThat(his.entries()).hasSize(1);
        strayed(his, Stray.Kind.NOT_ASKED);
    }
}
