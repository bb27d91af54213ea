package io.muster.transport.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {

    @Test
    void hostAndPortAreRead() {
        assertThat(BrokerAddress.parse("hub.example:7000"))
                .isEqualTo(new BrokerAddress("hub.example", 7000));
        assertThat(BrokerAddress.parse("10.0.0.1")).isEqualTo(new BrokerAddress("10.0.0.1", 61617));
        assertThat(BrokerAddress.parse("[fe80::1]:7000"))
                .isEqualTo(new BrokerAddress("fe80::1", 7000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hub:",
                "hub:0",
                "hub:65536",
                "hub:7000?transport.verifyHostName=false",
                "ssl://hub:7000",
                "failover:(ssl://hub:7000)",
                "hub,other",
                "hub/path",
                "user@hub",
                "hub example",
                "hub:7000\n"
            })
    void nothingElseIsTaken(String text) {
        assertThatThrownBy(() -> BrokerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub.example:61617", "[fe80::1]:61617", "127.0.0.1:1"})
    void writtenFormIsReadBack(String text) {
        assertThat(BrokerAddress.parse(text)).hasToString(text);
    }
}
