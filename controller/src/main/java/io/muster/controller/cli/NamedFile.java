package io.muster.controller.cli;

import io.muster.config.IoReason;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** A file that was named on the command line; {@code -} is what is typed or piped in. */
final class NamedFile {
    private NamedFile() {}

    /** What to call it in an error about what is in it. */
    static String called(String file) {
        return file.equals("-") ? "standard input" : file;
    }

    /**
     * Its text.
     *
     * @param option what named it, for the error
     * @throws UsageException if it cannot be read or is not UTF-8
     */
    static String read(Surroundings around, String option, String file) {
        try {
            var bytes =
                    file.equals("-")
                            ? around.in().readAllBytes()
                            : Files.readAllBytes(around.directory().resolve(file));
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IOException e) {
            throw new UsageException(option + " " + file + ": cannot be read: " + IoReason.of(e));
        }
    }
}
