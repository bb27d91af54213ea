package io.muster.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EndpointTest {
    @Test
    void hostAndPortReadBackAsTheyWereWritten() {
        for (var text :
                new String[] {"hub:1", "hub.example.org:61618", "10.0.0.5:80", "[fd00::7]:443"}) {
            assertThat(Endpoint.parse(text)).hasToString(text);
        }
        assertThat(Endpoint.parse("[fd00::7]:443").host()).isEqualTo("fd00::7");
    }

    @Test
    void theDefaultPortIsForThoseWithoutOne() {
        assertThat(Endpoint.parse("hub", 7)).hasToString("hub:7");
        assertThat(Endpoint.parse("[::1]", 7)).hasToString("[::1]:7");
        assertThat(Endpoint.parse("hub:8", 7)).hasToString("hub:8");
        assertThat(Endpoint.parse("[::1]:8", 7)).hasToString("[::1]:8");
    }

    @Test
    void anythingElseIsNone() {
        for (var text :
                new String[] {
                    "",
                    "hub",
                    "hub:",
                    "hub:0",
                    "hub:65536",
                    "hub:x",
                    ":1",
                    "a b:1",
                    "fd00::7:443",
                    "hub:1?x=y",
                    "ssl://hub:1",
                    "[hub]:1",
                    "-hub:1",
                    "hub/:1",
                    "hub\u0000:1"
                }) {
            assertThatThrownBy(() -> Endpoint.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
