package io.muster.attacks.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What Jazzer calls, again and again, with bytes that lead it to where it has not been yet. */
public final class FuzzedReader {
    /** Every reader: the first byte says which. */
    static final String ALL = "all";

    static final List<Reader> READERS = List.of(Reader.values());

    private static Optional<Reader> only = Optional.empty();

    private FuzzedReader() {}

    /** Told once, by {@code --target_args}, which reader it is about. */
    public static void fuzzerInitialize(String[] words) {
        only = words[0].equals(ALL) ? Optional.empty() : Optional.of(Reader.of(words[0]));
    }

    /** Reads that. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (only.isPresent()) {
            only.get().read(bytes);
        } else if (bytes.length > 0) {
            READERS.get((bytes[0] & 0xff) % READERS.size())
                    .read(Arrays.copyOfRange(bytes, 1, bytes.length));
        }
    }
}
