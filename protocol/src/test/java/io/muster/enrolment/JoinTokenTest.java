package io.muster.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.Endpoint;
import io.muster.message.MalformedException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;

class JoinTokenTest {
    private static final Listener HUB =
            new Listener(Endpoint.parse("hub.example.org:61618"), Bytes.utf8("the root").sha256());
    private static final JoinToken TOKEN = JoinToken.create(new SecureRandom(), HUB);

    @Test
    void whatIsPrintedIsOneWordAndReadsBackTheSame() {
        assertThat(TOKEN.printed()).matches("muster1\\.[A-Za-z0-9_-]+").hasSizeLessThan(140);
        var read = JoinToken.parse(TOKEN.printed());
        assertThat(read.id()).isEqualTo(TOKEN.id());
        assertThat(read.key()).isEqualTo(TOKEN.key());
        assertThat(read.listener()).isEqualTo(HUB);
    }

    @Test
    void anIpv6HubTravelsToo() {
        var hub = new Listener(Endpoint.parse("[fd00::7]:61618"), HUB.root());
        var token = JoinToken.create(new SecureRandom(), hub);
        assertThat(JoinToken.parse(token.printed()).listener()).isEqualTo(hub);
    }

    @Test
    void itsTextShowsNeitherTheSecretNorTheWholeToken() {
        assertThat(TOKEN.toString())
                .isEqualTo("join token " + TOKEN.id() + " for hub.example.org:61618")
                .doesNotContain(TOKEN.printed().substring(20));
    }

    @Test
    void twoTokensShareNothing() {
        var other = JoinToken.create(new SecureRandom(), HUB);
        assertThat(other.id()).isNotEqualTo(TOKEN.id());
        assertThat(other.key()).isNotEqualTo(TOKEN.key());
    }

    @Test
    void somethingElseIsNoTokenAndIsNotRepeatedInTheError() {
        for (var text : new String[] {"", "muster1", "token", "muster2.AAAA", "MUSTER1.AAAA"}) {
            assertThatThrownBy(() -> JoinToken.parse(text))
                    .isInstanceOf(MalformedException.class)
                    .hasMessage("not a join token: one starts with muster1.");
        }
        assertThatThrownBy(() -> JoinToken.parse("muster1." + "A".repeat(1000)))
                .isInstanceOf(MalformedException.class)
                .hasMessageNotContaining("AAAA");
    }

    @Property(tries = 300)
    void anyDamageIsNoticed(@ForAll @IntRange(min = 0, max = 500) int at, @ForAll char put) {
        var printed = TOKEN.printed();
        var place = 8 + at % (printed.length() - 8);
        if (printed.charAt(place) == put) {
            return;
        }
        var damaged = printed.substring(0, place) + put + printed.substring(place + 1);
        assertThatThrownBy(() -> JoinToken.parse(damaged)).isInstanceOf(MalformedException.class);
    }

    @Property(tries = 100)
    void aTokenThatLostItsEndIsNoticed(@ForAll @IntRange(min = 1, max = 100) int lost) {
        var cut = TOKEN.printed().substring(0, TOKEN.printed().length() - lost);
        assertThatThrownBy(() -> JoinToken.parse(cut))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("join token");
    }
}
