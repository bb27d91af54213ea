package io.muster.node.fact;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the small files in which Linux tells about itself. What cannot be read is unknown, and
 * nothing worse. Thread-safe.
 */
final class SystemFiles {
    private static final int MAX = 1024 * 1024;

    private final Path root;

    /**
     * The files below {@code root}.
     *
     * @param root {@code /}, or a directory with files to try things on
     */
    SystemFiles(Path root) {
        this.root = root;
    }

    /** The text of a file, its first MiB, bad UTF-8 replaced; empty if it cannot be read. */
    String text(String file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    byte[] bytes(String file) {
        try (var in = Files.newInputStream(path(file))) {
            return in.readNBytes(MAX);
        } catch (IOException _) {
            return new byte[0];
        }
    }

    List<String> lines(String file) {
        return text(file).lines().toList();
    }

    /** The file's first line without blanks around; empty if there is none. */
    String line(String file) {
        return text(file).lines().findFirst().map(String::strip).orElse("");
    }

    /** The number that the file's first line is. */
    OptionalLong number(String file) {
        return number(line(file), 10);
    }

    static OptionalLong number(String text, int radix) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip(), radix));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** The names in a directory, in order; none if it cannot be read. */
    List<String> names(String directory) {
        try (var entries = Files.list(path(directory))) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    boolean exists(String file) {
        return Files.exists(path(file));
    }

    /** What follows {@code key} and {@code separator} on the first line that begins with it. */
    static Optional<String> value(List<String> lines, String key, char separator) {
        for (var line : lines) {
            var at = line.indexOf(separator);
            if (at > 0 && line.substring(0, at).strip().equals(key)) {
                return Optional.of(line.substring(at + 1).strip());
            }
        }
        return Optional.empty();
    }

    Path path(String file) {
        return root.resolve(file.substring(1));
    }
}
