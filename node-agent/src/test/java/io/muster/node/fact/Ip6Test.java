package io.muster.node.fact;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

class Ip6Test {

    @ParameterizedTest
    @CsvSource({
        "fd00:0:0:0:0:0:0:2, fd00::2",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0000:0001:0001:0001:0001:0001, 2001:db8:0:1:1:1:1:1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "FE80:0:0:0:0FC:FF:FE00:1, fe80::fc:ff:fe00:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "0:0:1:1:1:1:0:0, ::1:1:1:1:0:0"
    })
    void addressIsPrintedAsRfc5952Wants(String address, String printed)
            throws UnknownHostException {
        assertThat(Ip6.print(InetAddress.getByName(address).getAddress())).isEqualTo(printed);
    }

    @Property
    void printedAddressIsTheSameAddress(@ForAll @Size(16) List<Byte> bytes)
            throws UnknownHostException {
        var address = new byte[16];
        for (int i = 0; i < 16; i++) {
            address[i] = bytes.get(i);
        }
        address[0] |= 0x20; // else Java reads some as IPv4

        assertThat(InetAddress.getByName(Ip6.print(address)).getAddress()).isEqualTo(address);
        assertThat(Ip6.print(address)).doesNotContain(":::").doesNotContainPattern("[A-F]");
    }

    @ParameterizedTest
    @CsvSource({"0, ::", "64, fd00:1:2:3::", "60, fd00:1:2::", "128, fd00:1:2:3:4:5:6:7"})
    void prefixKeepsTheFirstBits(int bits, String network) throws UnknownHostException {
        var address = InetAddress.getByName("fd00:1:2:3:4:5:6:7").getAddress();

        assertThat(Ip6.print(Ip6.prefix(address, bits))).isEqualTo(network);
    }
}
