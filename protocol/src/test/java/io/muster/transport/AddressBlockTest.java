package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressBlockTest {
    @Test
    void ipv4AddressesAreEachTheirOwn() {
        assertThat(block("192.0.2.1"))
                .isEqualTo(block("192.0.2.1"))
                .isNotEqualTo(block("192.0.2.2"));
    }

    @Test
    void ipv6AddressesOfOneNetworkAreOne() {
        assertThat(block("2001:db8:1:2::1"))
                .isEqualTo(block("2001:db8:1:2:ffff:ffff:ffff:ffff"))
                .isNotEqualTo(block("2001:db8:1:3::1"));
    }

    @Test
    void ipv4InIpv6IsThatIpv4Address() {
        assertThat(block("::ffff:192.0.2.1"))
                .isEqualTo(block("192.0.2.1"))
                .isNotEqualTo(block("::ffff:192.0.2.2"));
    }

    @Test
    void whatIsNoAddressIsItsOwn() {
        assertThat(block("somewhere")).isEqualTo(block("somewhere")).isNotEqualTo(block("else"));
    }

    private static AddressBlock block(String address) {
        return AddressBlock.of(address);
    }
}
