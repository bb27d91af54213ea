package io.muster.attacks.fuzz;

import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;

/**
 * Searches, guided by which code the bytes reach, for bytes at which a reader behaves as none may:
 * a quarter of a minute for all of them together. {@code build/fuzz} searches for longer, each by
 * itself.
 */
class FuzzIT {
    private static final int SECONDS = 15;

    @Test
    void nothingBadIsFound() throws Exception {
        var search = new Search(FuzzedReader.ALL);
        var seeds = new Seeds();
        for (var reader : Reader.values()) {
            for (var seed : seeds.of(reader)) {
                search.seed(addressed(reader, seed));
            }
            for (var kept : Seeds.kept(reader)) {
                search.seed(addressed(reader, kept));
            }
        }
        search.run(SECONDS);
    }

    private static Bytes addressed(Reader reader, Bytes bytes) {
        var all = new byte[bytes.length() + 1];
        all[0] = (byte) FuzzedReader.READERS.indexOf(reader);
        System.arraycopy(bytes.toArray(), 0, all, 1, bytes.length());
        return Bytes.wrap(all);
    }
}
