package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.broker.EvilBroker.Carried;
import io.muster.controller.ExitCode;
import io.muster.controller.TargetState;
import io.muster.controller.ask.Stray;
import io.muster.transport.Destination;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A broker that loses, copies, reorders and holds back: nothing is done twice, and the report says
 * what is known and no more.
 */
class CarriageTest {
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

    /** Whatever the broker did, what is left is judged as after any fault. */
    @AfterEach
    void stop() throws Exception {
        stage.close();
        stage.holds();
    }

    @Test
    void anHonestBrokerCarriesOut() {
        var report = stage.mark(Stage.PATIENCE, mail, web);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        assertThat(mail.marked()).hasSize(1).isEqualTo(web.marked());
        assertThat(report.strays().counts()).isEmpty();
    }

    @Test
    void aRequestThatIsLostIsNoReply() {
        var mails = new Destination.Node(mail.credentials().identity().nodeId());
        stage.broker().does(m -> m.to().equals(mails) ? List.of() : List.of(m));

        var report = stage.mark(Stage.SILENCE, mail, web);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(report.in(TargetState.NO_REPLY)).singleElement().returns("mail", e -> e.name());
        assertThat(mail.marked()).isEmpty();
        assertThat(web.marked()).hasSize(1);
    }

    @Test
    void aReplyThatIsLostIsNoReplyThoughItWasDone() {
        stage.broker().does(m -> m.to() instanceof Destination.Replies ? List.of() : List.of(m));

        var report = stage.mark(Stage.SILENCE, mail, web);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(2);
        assertThat(mail.marked()).hasSize(1);
        assertThat(web.marked()).hasSize(1);
    }

    @Test
    void copiesAreCarriedOutOnceAndReportedOnce() {
        var random = new Random(1);
        stage.broker().does(m -> Collections.nCopies(1 + random.nextInt(100), m));

        for (var i = 0; i < 5; i++) {
            var told = new ArrayList<String>();
            var report =
                    stage.mark(Stage.PATIENCE, entry -> told.add(entry.id().value()), mail, web);
            assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
            // that a node answers so often is told, and nothing else
            assertThat(report.strays().counts().keySet())
                    .isSubsetOf(Stray.Kind.LATE, Stray.Kind.TOO_MUCH);
            assertThat(told).containsExactlyInAnyOrder("mail", "web");
        }

        for (var node : List.of(mail, web)) {
            assertThat(node.marked()).hasSize(5).doesNotHaveDuplicates();
        }
    }

    /** Whatever was carried comes again at any time later, among the copies of the next. */
    @Test
    void copiesOfAllThatWasEverCarriedInAnyOrderChangeNeitherDeedsNorReports() {
        var random = new Random(1);
        var all = Collections.synchronizedList(new ArrayList<Carried>());
        stage.broker()
                .does(
                        m -> {
                            var out =
                                    new ArrayList<>(Collections.nCopies(1 + random.nextInt(9), m));
                            for (var i = 0; i < 20 && !all.isEmpty(); i++) {
                                out.add(all.get(random.nextInt(all.size())));
                            }
                            all.add(m);
                            Collections.shuffle(out, random);
                            return out;
                        });

        for (var i = 0; i < 5; i++) {
            var told = new ArrayList<String>();
            var report =
                    stage.mark(Stage.PATIENCE, entry -> told.add(entry.id().value()), mail, web);
            assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
            assertThat(report.count(TargetState.CHANGED)).isEqualTo(2);
            assertThat(told).containsExactlyInAnyOrder("mail", "web");
        }

        for (var node : List.of(mail, web)) {
            assertThat(node.marked()).hasSize(5).doesNotHaveDuplicates();
        }
    }

    @Test
    void repliesInAnotherOrderAreTheSameReport() {
        var held = Collections.synchronizedList(new ArrayList<Carried>());
        stage.broker()
                .does(
                        m -> {
                            if (!(m.to() instanceof Destination.Replies)) {
                                return List.of(m);
                            }
                            held.add(m);
                            return held.size() < 2 ? List.of() : held.reversed();
                        });

        var report = stage.mark(Stage.PATIENCE, mail, web);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        assertThat(report.strays().alarming()).isZero();
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void requestsInAnotherOrderAreEachCarriedOutOnce() {
        var held = Collections.synchronizedList(new ArrayList<Carried>());
        stage.broker()
                .does(
                        m -> {
                            held.add(m);
                            return List.of();
                        });
        for (var i = 0; i < 3; i++) {
            stage.mark(Stage.SILENCE.dividedBy(10), mail);
        }
        stage.broker().does(m -> List.of(m));

        var done = 0;
        for (var message : List.copyOf(held).reversed()) {
            stage.broker().inject(message);
            var expected = ++done;
            // A node makes one change at a time, and says two things of it.
            await().atMost(Stage.PATIENCE).until(() -> mail.marked().size() == expected);
            await().atMost(Stage.PATIENCE)
                    .until(
                            () ->
                                    stage.broker().seen(Destination.Replies.class).size()
                                            >= 2 * expected);
        }
        assertThat(mail.marked()).doesNotHaveDuplicates();
        var report = stage.look(Stage.PATIENCE, mail);
        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        assertThat(report.strays().counts().keySet()).isSubsetOf(Stray.Kind.LATE);
    }

    @Test
    void whatIsHeldBackUntilItHasExpiredIsNotDone() {
        var held = Collections.synchronizedList(new ArrayList<Carried>());
        stage.broker()
                .does(
                        m -> {
                            if (!(m.to() instanceof Destination.Node)) {
                                return List.of(m);
                            }
                            held.add(m);
                            return List.of();
                        });
        var report = stage.mark(Stage.SILENCE, mail);
        assertThat(report.count(TargetState.NO_REPLY)).isEqualTo(1);

        mail.pass(Stage.PATIENCE.plusSeconds(40));
        var before = stage.broker().seen(Destination.Replies.class).size();
        stage.broker().inject(held.getFirst());

        await().atMost(Stage.PATIENCE)
                .until(() -> stage.broker().seen(Destination.Replies.class).size() > before);
        assertThat(mail.marked()).isEmpty();
    }
}
