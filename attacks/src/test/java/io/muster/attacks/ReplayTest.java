package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.action.ActionClass;
import io.muster.broker.EvilBroker.Carried;
import io.muster.controller.ExitCode;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.Request;
import io.muster.message.RequestId;
import io.muster.message.Value;
import io.muster.security.Credentials;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.TestFleet;
import io.muster.transport.Destination;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A broker that keeps what it saw, and gives it again to whom it likes, or writes its own. */
class ReplayTest {
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

    private Carried done() {
        assertThat(ExitCode.of(stage.mark(Stage.PATIENCE, mail))).isEqualTo(ExitCode.DONE);
        assertThat(mail.marked()).hasSize(1);
        return stage.broker().seen(Destination.Node.class).getFirst();
    }

    private static Destination queue(Victim node) {
        return new Destination.Node(node.credentials().identity().nodeId());
    }

    /** Who answers has read all that came before. */
    private void settle() {
        stage.broker().does(m -> List.of(m));
        assertThat(ExitCode.of(stage.look(Stage.PATIENCE, mail, web))).isEqualTo(ExitCode.DONE);
    }

    @Test
    void aRequestThatComesAgainIsNotDoneAgainInThisLifeOrTheNextOrLater() throws Exception {
        var request = done();

        for (var i = 0; i < 20; i++) {
            stage.broker().inject(request);
        }
        settle();
        mail.restart();
        stage.broker().inject(request);
        settle();
        mail.pass(Duration.ofMinutes(2));
        stage.broker().inject(request);
        mail.restart();
        stage.broker().inject(request);
        mail.pass(Duration.ofMinutes(-2));
        settle();

        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void aRequestForOneNodeIsNotDoneByAnother() {
        var request = done();

        stage.broker().inject(request.to(queue(web)));
        stage.broker().inject(request.to(new Destination.Requests(Collective.MAIN)));
        settle();

        assertThat(web.marked()).isEmpty();
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void aRequestUnderAnotherLabelIsNothing() {
        var genuine = Envelope.decode(done().body());
        for (var type : PayloadType.values()) {
            if (type != PayloadType.REQUEST) {
                stage.broker().inject(new Carried(queue(mail), relabelled(genuine, type).encode()));
            }
        }
        stage.broker()
                .inject(stage.broker().seen(Destination.Replies.class).getFirst().to(queue(mail)));
        stage.broker()
                .inject(
                        stage.broker()
                                .seen(Destination.Announcements.class)
                                .getFirst()
                                .to(queue(mail)));
        settle();

        assertThat(mail.marked()).hasSize(1);
    }

    private static Envelope relabelled(Envelope genuine, PayloadType type) {
        return new Envelope(type, genuine.payload(), genuine.signatures(), genuine.certificates());
    }

    @Test
    void theSignatureOfOneRequestDoesNotServeAnother() {
        var one = Envelope.decode(done().body());
        var two = Envelope.decode(written(stage.fleet().node("evil"), Duration.ofSeconds(60)));

        stage.broker()
                .inject(
                        new Carried(
                                queue(mail),
                                new Envelope(
                                                one.type(),
                                                two.payload(),
                                                one.signatures(),
                                                one.certificates())
                                        .encode()));
        settle();

        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void nobodyButAnOperatorIsObeyed() throws Exception {
        var fleet = stage.fleet();
        var strangers = TestFleet.create();
        var bob = fleet.operator("bob");
        var noOperator =
                fleet.credentials(
                        fleet.nodesIssuer(), stage.alice().identity(), Duration.ofDays(1));
        for (var forger :
                List.of(
                        fleet.broker(),
                        fleet.hub(),
                        fleet.node("web"),
                        fleet.node("mail"),
                        strangers.operator("alice"),
                        noOperator,
                        bob)) {
            stage.broker().inject(new Carried(queue(mail), written(forger, Duration.ofMinutes(1))));
        }
        settle();
        assertThat(mail.marked()).isEmpty();

        var genuine = written(stage.alice(), Duration.ofMinutes(1));
        stage.broker().inject(new Carried(queue(mail), genuine));
        settle();
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void notEvenAnOperatorMayAskForEver() {
        var request = written(stage.alice(), Duration.ofHours(2));

        stage.broker().inject(new Carried(queue(mail), request));
        settle();

        assertThat(mail.marked()).isEmpty();
    }

    /** A request in Alice's name to leave a mark, signed by somebody. */
    private Bytes written(Credentials signer, Duration ttl) {
        var genuine = lookedAt();
        var issued = Request.decode(Envelope.decode(genuine).payload()).issued();
        return Rewriting.of(
                genuine,
                signer,
                Map.of(
                        "id", Value.of(RequestId.random(new SecureRandom()).value()),
                        "action", Value.of(Victim.MARK.value()),
                        "class", Value.of(ActionClass.CHANGE.word()),
                        "expires", Value.of(issued.plus(ttl).toEpochMilli())));
    }

    private Bytes lookedAt() {
        stage.look(Stage.PATIENCE, mail);
        return stage.broker().seen(Destination.Node.class).getLast().body();
    }
}
