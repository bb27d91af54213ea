package io.muster.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Network addresses that count as one when somebody's share is bounded: one IPv4 address, or a /64
 * of IPv6, of which everybody has all.
 */
public record AddressBlock(String text) {
    private static final int PREFIX_BYTES = 8;

    /** The block of that address. */
    public static AddressBlock of(InetAddress address) {
        return new AddressBlock(
                address instanceof Inet6Address
                        ? HexFormat.of().formatHex(address.getAddress(), 0, PREFIX_BYTES) + "/64"
                        : address.getHostAddress());
    }

    /**
     * The block of an address in text.
     *
     * @param address as {@link InetAddress#getHostAddress} prints it; any other text is a block of
     *     its own
     */
    public static AddressBlock of(String address) {
        try {
            return of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            return new AddressBlock(address);
        }
    }
}
