package io.muster.node.fact;

import java.util.ArrayList;

/** IPv6 addresses as RFC 5952 wants them written: what Java prints, no other program does. */
final class Ip6 {
    private Ip6() {}

    /** The address without scope: lower case, the longest run of zeros left out. */
    static String print(byte[] address) {
        var groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((address[2 * i] & 0xff) << 8) | (address[2 * i + 1] & 0xff);
        }
        var start = -1;
        var length = 1;
        for (int i = 0; i < 8; i++) {
            var run = zeros(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        return start < 0
                ? join(groups, 0, 8)
                : join(groups, 0, start) + "::" + join(groups, start + length, 8);
    }

    /** The first {@code bits} of an address, zeros behind. */
    static byte[] prefix(byte[] address, int bits) {
        var network = address.clone();
        for (int i = 0; i < network.length; i++) {
            var keep = Math.clamp(bits - 8 * i, 0, 8);
            network[i] &= (byte) (0xff << (8 - keep));
        }
        return network;
    }

    private static int zeros(int[] groups, int from) {
        var to = from;
        while (to < 8 && groups[to] == 0) {
            to++;
        }
        return to - from;
    }

    private static String join(int[] groups, int from, int to) {
        var parts = new ArrayList<String>();
        for (int i = from; i < to; i++) {
            parts.add(Integer.toHexString(groups[i]));
        }
        return String.join(":", parts);
    }
}
