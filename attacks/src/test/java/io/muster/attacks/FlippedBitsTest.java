package io.muster.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.broker.EvilBroker.Carried;
import io.muster.controller.ExitCode;
import io.muster.controller.Report;
import io.muster.hub.presence.NodeState;
import io.muster.hub.presence.Presence;
import io.muster.hub.presence.PresenceService;
import io.muster.hub.presence.PresenceTimes;
import io.muster.message.Announcement;
import io.muster.message.Bytes;
import io.muster.message.Collective;
import io.muster.message.NodeId;
import io.muster.message.Reply;
import io.muster.message.Role;
import io.muster.security.Envelope;
import io.muster.security.PayloadType;
import io.muster.security.Verification.Trusted;
import io.muster.security.Verifier;
import io.muster.transport.Destination;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Every single bit of real messages, flipped: what is not refused says the same, word for word.
 *
 * <p>Some bits mean nothing: those that base64 leaves over, say. So what matters is what becomes of
 * it and not how many are refused.
 */
class FlippedBitsTest {
    private static final NodeId MAIL = new NodeId("mail");

    @TempDir private Path directory;
    private Stage stage;
    private Victim mail;
    private Verifier verifier;

    @BeforeEach
    void start() throws Exception {
        stage = new Stage(directory);
        mail = stage.node("mail");
        verifier = new Verifier(stage.fleet().trust(), InstantSource.system());
    }

    @AfterEach
    void stop() throws Exception {
        stage.close();
    }

    private Carried captured(Class<? extends Destination> kind) {
        return stage.broker().seen(kind).getLast();
    }

    private static void flips(Bytes message, Consumer<Bytes> each) {
        for (var bit = 0; bit < 8 * message.length(); bit++) {
            each.accept(flipped(message, bit));
        }
    }

    private static Bytes flipped(Bytes message, int bit) {
        var bytes = message.toArray();
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        return Bytes.wrap(bytes);
    }

    /** Whether it is believed; what is believed has the very payload that was signed. */
    private boolean believed(Bytes flipped, Bytes genuine, PayloadType type, Role role) {
        if (verifier.verify(flipped, type, Set.of(role)) instanceof Trusted trusted) {
            assertThat(trusted.payload()).isEqualTo(Envelope.decode(genuine).payload());
            return true;
        }
        return false;
    }

    @Test
    void aRequestIsRefusedOrUnchanged() {
        stage.mark(Stage.PATIENCE, mail);
        var request = captured(Destination.Node.class).body();
        var believed = new AtomicInteger();

        flips(
                request,
                flipped -> {
                    if (believed(flipped, request, PayloadType.REQUEST, Role.OPERATOR)) {
                        believed.incrementAndGet();
                    }
                });

        assertThat(believed.get()).isLessThan(request.length() / 100);
    }

    @Test
    void aNodeObeysNoFlippedRequestAndStillTheGenuineOneOnce() {
        stage.broker().does(m -> m.to() instanceof Destination.Node ? List.of() : List.of(m));
        stage.mark(Stage.SILENCE.dividedBy(10), mail);
        stage.broker().does(m -> List.of(m));
        var request = captured(Destination.Node.class);

        // one bit in seven: by and by each of a byte, and the node has to write down each
        for (var bit = 0; bit < 8 * request.body().length(); bit += 7) {
            stage.broker().inject(request.with(flipped(request.body(), bit)));
        }
        stage.broker().inject(request);

        await().atMost(Stage.PATIENCE).until(() -> !mail.marked().isEmpty());
        assertThat(ExitCode.of(stage.look(Stage.PATIENCE, mail))).isEqualTo(ExitCode.DONE);
        assertThat(mail.marked()).hasSize(1);
    }

    @Test
    void aReplyIsRefusedOrUnchanged() {
        stage.broker()
                .does(
                        m -> {
                            if (!(m.to() instanceof Destination.Replies)) {
                                return List.of(m);
                            }
                            var flips = new ArrayList<Carried>();
                            flips(m.body(), flipped -> flips.add(m.with(flipped)));
                            flips.add(m);
                            return flips;
                        });

        var report = stage.mark(Stage.PATIENCE, mail);

        assertThat(ExitCode.of(report)).isEqualTo(ExitCode.DONE);
        assertThat(said(report)).isEqualTo(said(captured(Destination.Replies.class)));
        assertThat(report.strays().alarming()).isPositive();
    }

    private static Reply said(Report report) {
        return report.entries().getFirst().reply().orElseThrow();
    }

    private static Reply said(Carried message) {
        return Reply.decode(Envelope.decode(message.body()).payload());
    }

    @Test
    void anAnnouncementIsRefusedOrUnchanged() {
        var announcement = captured(Destination.Announcements.class).body();
        var presence = new Presence(PresenceTimes.DEFAULT, 10);
        var service =
                new PresenceService(
                        verifier, presence, _ -> Set.of(Collective.MAIN), InstantSource.system());
        var believed = new AtomicInteger();

        flips(
                announcement,
                flipped -> {
                    service.receive(flipped);
                    if (believed(flipped, announcement, PayloadType.ANNOUNCEMENT, Role.NODE)) {
                        believed.incrementAndGet();
                    }
                });

        assertThat(service.refused() + believed.get()).isEqualTo(8L * announcement.length());
        service.receive(announcement);
        assertThat(presence.size()).isEqualTo(1);
        assertThat(presence.state(MAIL, InstantSource.system().instant())).contains(NodeState.UP);
    }

    @Test
    void anAnnouncementThatComesAgainKeepsNobodyUp() {
        var announcement = captured(Destination.Announcements.class).body();
        var sent = Announcement.decode(Envelope.decode(announcement).payload()).sent();
        var presence = new Presence(PresenceTimes.DEFAULT, 10);
        var ahead = new Duration[] {Duration.ZERO};
        InstantSource clock = () -> sent.plus(ahead[0]);
        var service =
                new PresenceService(
                        new Verifier(stage.fleet().trust(), clock),
                        presence,
                        _ -> Set.of(Collective.MAIN),
                        clock);
        service.receive(announcement);
        assertThat(presence.state(MAIL, clock.instant())).contains(NodeState.UP);

        for (var minute = 0; minute < 10; minute++) {
            ahead[0] = ahead[0].plusSeconds(30);
            service.receive(announcement);
        }

        assertThat(presence.state(MAIL, clock.instant())).contains(NodeState.DOWN);
        assertThat(service.late()).isEqualTo(10);
    }
}
