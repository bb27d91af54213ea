package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.broker.EvilBroker.Carried;
import io.muster.controller.ExitCode;
import io.muster.controller.TargetState;
import io.muster.message.Bytes;
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
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who can set a node's clock, as whoever answers for its time server can, and has kept a request
 * that was never delivered, or a key whose certificate has ended.
 */
class SetBackClockTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Pattern CLOCK = Pattern.compile("set the clock|clock was set back");

    @TempDir private Path directory;
    private Stage stage;
    private Victim mail;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(directory);
        mail = stage.node("mail");
    }

    @AfterEach
    void stop() throws Exception {
        stage.close();
    }

    /** An hour goes by at the node, and Alice has something done there. */
    private void anHourGoesBy() {
        stage.broker().does(List::of);
        stage.look(Stage.PATIENCE, mail);
        var look = stage.broker().seen(Destination.Node.class).getLast();
        mail.pass(HOUR);
        stage.broker().inject(look.with(marking(look, stage.alice(), HOUR)));
        await().atMost(Stage.PATIENCE).until(() -> mail.marked().size() == 1);
    }

    private static Bytes marking(Carried genuine, Credentials signer, Duration later) {
        var request = Request.decode(Envelope.decode(genuine.body()).payload());
        var issued = request.issued().plus(later);
        return Rewriting.of(
                genuine.body(),
                signer,
                Map.of(
                        "id", Value.of(RequestId.random(new SecureRandom()).value()),
                        "action", Value.of(Victim.MARK.value()),
                        "class", Value.of("change"),
                        "issued", Value.of(issued.toEpochMilli()),
                        "expires", Value.of(issued.plus(Duration.ofMinutes(1)).toEpochMilli())));
    }

    /** It says either that its clock is behind, or that it may have forgotten such a request. */
    private void isRefusedForItsClock() throws Exception {
        await().atMost(Stage.PATIENCE).until(() -> CLOCK.matcher(mail.audit()).find());
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void whatHasExpiredIsNotDoneAfterAll() throws Exception {
        stage.broker().does(_ -> List.of());
        stage.mark(Stage.SILENCE, mail);
        var kept = stage.broker().seen(Destination.Node.class).getLast();
        anHourGoesBy();

        mail.pass(HOUR.negated());
        stage.broker().inject(kept);
        isRefusedForItsClock();
        mail.restart();
        var report = stage.mark(Stage.PATIENCE, mail);
        var outcome = (Outcome.Refused) report.entries().getFirst().outcome().orElseThrow();
        assertThat(outcome.reason()).isIn(Reason.CLOCK_BEHIND, Reason.REPLAYED);
        assertThat(outcome.message()).containsAnyOf("set the clock", "clock was set back");
        assertThat(ExitCode.of(stage.look(Stage.PATIENCE, mail))).isEqualTo(ExitCode.DONE);
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void aCertificateThatHasEndedIsNotGoodAgain() throws Exception {
        var alice = new Identity("test", Role.OPERATOR, "alice");
        var old =
                stage.fleet()
                        .credentials(
                                stage.fleet().operatorsIssuer(), alice, Duration.ofMinutes(10));
        anHourGoesBy();
        var look = stage.broker().seen(Destination.Node.class).getLast();
        stage.broker().inject(look.with(marking(look, old, HOUR)));
        await().atMost(Stage.PATIENCE).until(() -> mail.audit().contains("bad-certificate"));

        mail.pass(HOUR.negated());
        stage.broker().inject(look.with(marking(look, old, Duration.ZERO)));
        isRefusedForItsClock();
    }

    @Test
    void aClockThatIsAheadMakesNothingPassForMoreThanExpired() {
        mail.pass(HOUR);
        var report = stage.mark(Stage.PATIENCE, mail);
        assertThat(report.count(TargetState.EXPIRED)).isEqualTo(1);
        assertThat(report.entries().getFirst().outcome().orElseThrow().message())
                .contains("here it is");
        assertThat(mail.marked()).isEmpty();
    }
}
