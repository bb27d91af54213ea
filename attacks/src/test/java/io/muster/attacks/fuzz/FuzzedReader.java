package io.muster.attacks.fuzz;

/** What Jazzer calls, again and again, with bytes that lead it to where it has not been yet. */
public final class FuzzedReader {
    private static Reader reader = Reader.JSON;

    private FuzzedReader() {}

    /** Told once, by {@code --target_args}, which reader it is about. */
    public static void fuzzerInitialize(String[] words) {
        reader = Reader.of(words[0]);
    }

    /** Reads that. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        reader.read(bytes);
    }
}
