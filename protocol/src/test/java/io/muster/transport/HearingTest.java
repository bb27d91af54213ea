package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.transport.Hearing.Deed;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

class HearingTest {
    private static final Duration QUIET = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final Hearing hearing = new Hearing(new EchoPace(QUIET, ANSWER, 3), new Random(1));
    private OptionalLong connection = OptionalLong.of(1);
    private long now = Duration.ofDays(1).toNanos();

    @BeforeEach
    void listen() {
        hearing.listens(true);
        assertThat(look()).isEqualTo(Deed.NOTHING);
    }

    private Deed look() {
        return hearing.look(connection, now).deed();
    }

    private Deed after(Duration time) {
        now += time.toNanos();
        return look();
    }

    /** What is to be done until somebody has to do something else than to send an echo. */
    private List<Deed> untilNoEchoHelps() {
        var deeds = new ArrayList<Deed>();
        for (int i = 0; i < 100; i++) {
            var step = hearing.look(connection, now);
            if (step.deed() != Deed.NOTHING) {
                deeds.add(step.deed());
            }
            if (step.deed() == Deed.ANEW || step.deed() == Deed.GIVE_UP) {
                return deeds;
            }
            now += step.again().toNanos();
        }
        return deeds;
    }

    @Test
    void whereMessagesFlowNoEchoIsSent() {
        for (int i = 0; i < 20; i++) {
            hearing.heard(now);
            assertThat(after(Duration.ofSeconds(44))).isEqualTo(Deed.NOTHING);
        }
        assertThat(after(QUIET)).isEqualTo(Deed.ECHO);
    }

    @Test
    void anEchoThatComesBackIsEnough() {
        for (int i = 0; i < 20; i++) {
            assertThat(after(QUIET)).isEqualTo(Deed.ECHO);
            assertThat(look()).isEqualTo(Deed.NOTHING);
            hearing.heard(now);
            assertThat(look()).isEqualTo(Deed.NOTHING);
        }
    }

    @Test
    void whenSeveralInARowAreMissingAnotherConnectionIsMade() {
        assertThat(untilNoEchoHelps()).containsExactly(Deed.ECHO, Deed.ECHO, Deed.ECHO, Deed.ANEW);
    }

    @Test
    void oneThatComesLateIsOneThatCame() {
        assertThat(after(QUIET)).isEqualTo(Deed.ECHO);
        assertThat(after(ANSWER)).isEqualTo(Deed.ECHO);
        hearing.heard(now);
        assertThat(after(ANSWER)).isEqualTo(Deed.NOTHING);
        assertThat(untilNoEchoHelps()).hasSize(4).endsWith(Deed.ANEW);
    }

    @Test
    void whenTheNextConnectionIsDeafTooItIsGivenUpEachTimeAnew() {
        untilNoEchoHelps();
        connection = OptionalLong.of(2);
        assertThat(untilNoEchoHelps()).endsWith(Deed.GIVE_UP);
        connection = OptionalLong.of(3);
        var before = now;
        assertThat(untilNoEchoHelps()).endsWith(Deed.GIVE_UP);
        assertThat(Duration.ofNanos(now - before)).isLessThan(ANSWER.multipliedBy(5));
    }

    @Test
    void whenTheNextConnectionHearsAllIsForgotten() {
        untilNoEchoHelps();
        connection = OptionalLong.of(2);
        assertThat(look()).isEqualTo(Deed.NOTHING);
        hearing.heard(now);
        assertThat(untilNoEchoHelps()).hasSize(4).endsWith(Deed.ANEW);
    }

    @Test
    void whoIsNotConnectedOrDoesNotListenIsNotDeaf() {
        connection = OptionalLong.empty();
        for (int i = 0; i < 50; i++) {
            assertThat(after(QUIET)).isEqualTo(Deed.NOTHING);
        }
        connection = OptionalLong.of(7);
        assertThat(after(QUIET)).as("from now on it counts").isEqualTo(Deed.NOTHING);
        hearing.listens(false);
        assertThat(after(QUIET.multipliedBy(2))).isEqualTo(Deed.NOTHING);
    }

    @Test
    void whereNoEchoCanBeSentNothingIsConcludedUntilTheNextConnection() {
        assertThat(after(QUIET)).isEqualTo(Deed.ECHO);
        hearing.excuse();
        assertThat(untilNoEchoHelps()).isEmpty();
        connection = OptionalLong.of(2);
        assertThat(untilNoEchoHelps()).endsWith(Deed.ANEW);
    }

    /** As when a broker is overloaded: ten thousand handshakes would not make that better. */
    @Test
    void thousandsWhoAreDeafForOneReasonDoNotConnectAnewAllAtOnce() {
        var perSecond = new int[600];
        for (int i = 0; i < 10_000; i++) {
            var one = new Hearing(new EchoPace(QUIET, ANSWER, 3), new Random(i));
            one.listens(true);
            var at = 0L;
            var step = one.look(connection, at);
            while (step.deed() != Deed.ANEW) {
                at += step.again().toNanos();
                step = one.look(connection, at);
            }
            perSecond[(int) Duration.ofNanos(at).toSeconds()]++;
        }
        assertThat(Arrays.stream(perSecond).max()).matches(most -> most.orElse(0) < 250);
    }
}
