package io.muster.attacks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Random;
import java.util.stream.Stream;

/** What searches have kept, and real examples, whole and damaged: no reader behaves as none may. */
class CorpusTest {
    private static final int DAMAGES = 2_000;

    @ParameterizedTest
    @EnumSource
    void everyReaderUnderstandsOrSaysThatItDoesNot(Reader reader) throws IOException {
        var seeds = new Seeds().of(reader);
        assertThat(seeds).isNotEmpty().allMatch(bytes -> reader.read(bytes.toArray()));
        var all = new ArrayList<>(seeds);
        all.addAll(Seeds.kept(reader));
        all.forEach(bytes -> reader.read(bytes.toArray()));
        var random = new Random(1);
        for (var i = 0; i < DAMAGES; i++) {
            reader.read(damaged(all.get(random.nextInt(all.size())), random));
        }
    }

    @Test
    void somethingIsKeptForEveryReaderAndForNothingElse() throws IOException {
        var readers = Stream.of(Reader.values()).map(Reader::word).sorted().toList();
        assertThat(Seeds.keptFor()).isEqualTo(readers);
        for (var reader : Reader.values()) {
            assertThat(Seeds.kept(reader)).as(reader.word()).isNotEmpty();
        }
    }

    private static byte[] damaged(Bytes whole, Random random) {
        var bytes = whole.toArray();
        for (var i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0
                ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))
                : bytes;
    }
}
