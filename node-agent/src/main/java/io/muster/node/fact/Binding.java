package io.muster.node.fact;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * An address of a network interface.
 *
 * @param six whether it is an IPv6 address
 * @param address as text, without scope
 * @param netmask as text
 * @param network as text
 * @param scope {@code host}, {@code link}, {@code site} or {@code global}
 */
record Binding(boolean six, String address, String netmask, String network, String scope) {

    static Optional<Binding> of(InterfaceAddress told) {
        var address = told.getAddress();
        var bytes = address.getAddress();
        var bits = told.getNetworkPrefixLength();
        if (bits < 0 || bits > bytes.length * 8) {
            return Optional.empty();
        }
        var ones = new byte[bytes.length];
        Arrays.fill(ones, (byte) 0xff);
        return Optional.of(
                new Binding(
                        address instanceof Inet6Address,
                        print(bytes),
                        print(Ip6.prefix(ones, bits)),
                        print(Ip6.prefix(bytes, bits)),
                        scope(address)));
    }

    boolean global() {
        return scope.equals("global") || scope.equals("site");
    }

    private static String scope(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return "host";
        }
        if (address.isLinkLocalAddress()) {
            return "link";
        }
        return address.isSiteLocalAddress() && address instanceof Inet6Address ? "site" : "global";
    }

    private static String print(byte[] address) {
        if (address.length == 16) {
            return Ip6.print(address);
        }
        return (address[0] & 0xff)
                + "."
                + (address[1] & 0xff)
                + "."
                + (address[2] & 0xff)
                + "."
                + (address[3] & 0xff);
    }
}
