package io.muster.attacks.fuzz;

import io.muster.message.Bytes;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The same as {@link FuzzIT} for each reader by itself, for as long as {@code build/fuzz} says,
 * which alone runs it; what led to new places is kept in {@code src/test/corpus}.
 */
class LongSearch {
    private static final int SECONDS = Integer.getInteger("muster.fuzz.seconds", 60);

    private static Stream<Reader> readers() {
        var wanted = System.getProperty("muster.fuzz.readers", "");
        return Stream.of(Reader.values())
                .filter(r -> wanted.isEmpty() || List.of(wanted.split(",")).contains(r.word()));
    }

    @ParameterizedTest
    @MethodSource("readers")
    void nothingBadIsFound(Reader reader) throws Exception {
        var search = new Search(reader.word());
        for (var seed : new Seeds().of(reader)) {
            search.seed(seed);
        }
        for (var kept : Seeds.kept(reader)) {
            search.seed(kept);
        }
        search.run(SECONDS);
        keep(reader, search.corpus());
    }

    private static void keep(Reader reader, Path corpus) throws IOException {
        var lines = new TreeSet<String>();
        try (var files = Files.list(corpus)) {
            for (var file : files.toList()) {
                lines.add(Bytes.wrap(Files.readAllBytes(file)).base64());
            }
        }
        Files.createDirectories(Seeds.file(reader).getParent());
        Files.write(Seeds.file(reader), lines);
    }
}
