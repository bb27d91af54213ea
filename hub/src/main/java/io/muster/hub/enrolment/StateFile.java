package io.muster.hub.enrolment;

import io.muster.config.IoReason;
import io.muster.message.FieldReader;
import io.muster.message.Json;
import io.muster.message.MalformedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the authority's own small files; a damaged one is never taken for a missing one. */
final class StateFile {
    private StateFile() {}

    /** What {@code type} makes of that JSON file, if it is there. */
    static <T> Optional<T> read(Path file, String what, Function<FieldReader, T> type) {
        return text(file)
                .map(
                        text -> {
                            try {
                                var reader = new FieldReader(what, Json.readLocal(text));
                                var value = type.apply(reader);
                                reader.done();
                                return value;
                            } catch (MalformedException e) {
                                throw new AuthorityException(
                                        file + " is damaged: " + e.problem(), e);
                            }
                        });
    }

    /** The file's text, if it is there. */
    static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new AuthorityException(file + " cannot be read: " + IoReason.of(e), e);
        }
    }

    /** The names in a directory, sorted, without the hidden ones. */
    static List<String> names(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new AuthorityException(directory + " cannot be read: " + IoReason.of(e), e);
        }
    }

    /** Removes a file, if it is there. */
    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new AuthorityException(file + " cannot be removed: " + IoReason.of(e), e);
        }
    }

    static AuthorityException unwritable(Path file, IOException e) {
        return new AuthorityException(file + " cannot be written: " + IoReason.of(e), e);
    }
}
