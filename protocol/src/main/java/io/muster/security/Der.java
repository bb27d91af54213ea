package io.muster.security;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import java.util.Arrays;

/**
 * Reads one element of DER with a tag of one byte and at most 65,535 bytes in it. So that reading a
 * certificate's own extensions does not load a library for it: a command line has no time for that.
 */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTETS = 0x04;
    static final int UTF8 = 0x0c;

    private Der() {}

    /**
     * What is in the element.
     *
     * @throws MalformedException if there is another element, more than one, or a length that is
     *     not written in the shortest form
     */
    static Bytes content(Bytes element, int tag) {
        var der = element.view();
        if (der.length < 2 || (der[0] & 0xff) != tag) {
            throw new MalformedException("another kind of value");
        }
        var first = der[1] & 0xff;
        var more = first < 0x80 ? 0 : first - 0x80;
        if (more > 2 || (first >= 0x80 && more == 0) || der.length < 2 + more) {
            throw new MalformedException("a length that cannot be");
        }
        var length = first < 0x80 ? first : 0;
        for (int i = 0; i < more; i++) {
            length = (length << 8) | (der[2 + i] & 0xff);
        }
        var shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
        if (more != shortest || der.length != 2 + more + length) {
            throw new MalformedException("a length that is not the value's");
        }
        return Bytes.wrap(Arrays.copyOfRange(der, 2 + more, der.length));
    }
}
