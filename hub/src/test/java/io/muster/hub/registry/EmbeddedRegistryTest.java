package io.muster.hub.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

class EmbeddedRegistryTest extends RegistryContract {
    private static final long SMALL = 100_000;
    @TempDir private Path temporary;

    @Override
    protected Registry open() {
        return EmbeddedRegistry.open(directory(), SMALL);
    }

    private Path directory() {
        return temporary.resolve("registry");
    }

    private Path file() {
        return directory().resolve("nodes.journal");
    }

    @Test
    void whatSaysNothingNewCostsAHundredBytesAndMovesTheTime() throws IOException {
        var one = opened();
        store(one, full("web01", 1, "f".repeat(5_000)), plain("web02", 1, "l".repeat(5_000)));
        var before = Files.size(file());
        for (int minute = 2; minute < 12; minute++) {
            store(
                    one,
                    entry("web01", minute, true, "x".repeat(5_000), Optional.empty()),
                    entry("web02", minute, true, "x".repeat(5_000), Optional.empty()));
        }
        assertThat(Files.size(file()) - before).isLessThan(20 * 200);
        one.close();
        var found = loaded(opened());
        var web01 = entry("web01", 11, "f".repeat(5_000), Optional.of("f".repeat(5_000)));
        assertThat(found).containsEntry("web01", web01);
        assertThat(found).containsEntry("web02", plain("web02", 11, "l".repeat(5_000)));
    }

    @Test
    void itIsWrittenAnewWhenMostOfItIsOfNoUseAndNothingIsLost() throws IOException {
        var one = opened();
        for (int minute = 0; minute < 200; minute++) {
            store(one, full("web01", minute, "f".repeat(2_000)));
            store(one, plain("web01", minute, "l".repeat(1_000)));
            store(one, entry("web01", minute, true, "", Optional.empty()));
            store(one, full("web02", minute, "o"));
            one.store(List.of(full("n-" + minute, 1, "gone")), List.of());
            one.store(List.of(), List.of(full("n-" + minute, 1, "gone").node()));
        }
        assertThat(Files.size(file())).isLessThan(2 * SMALL + 10_000);
        one.close();
        assertThat(loaded(opened()))
                .containsOnlyKeys("web01", "web02")
                .containsEntry(
                        "web01",
                        entry("web01", 199, "l".repeat(1_000), Optional.of("f".repeat(2_000))));
    }

    @Test
    void whoWasKilledInTheMiddleOfARecordLosesThatRecord() throws IOException {
        var one = opened();
        store(one, full("web01", 1, "one"));
        var whole = Files.size(file());
        store(one, full("web02", 1, "two"));
        one.close();
        try (var cut = Files.newByteChannel(file(), StandardOpenOption.WRITE)) {
            cut.truncate(whole + 11);
        }
        var two = opened();
        assertThat(loaded(two)).containsOnlyKeys("web01");
        store(two, full("web02", 2, "two"));
        two.close();
        assertThat(loaded(opened())).containsOnlyKeys("web01", "web02");
    }

    @Test
    void aDamagedOneIsPutAsideAndTheHubStarts() throws IOException {
        var one = opened();
        store(one, full("web01", 1, "one".repeat(50)), full("web02", 1, "two"));
        one.close();
        var bytes = Files.readAllBytes(file());
        bytes[60] ^= 1;
        Files.write(file(), bytes);
        var two = opened();
        assertThat(loaded(two)).isEmpty();
        assertThat(directory().resolve("nodes.journal.damaged")).hasBinaryContent(bytes);
        store(two, full("web03", 1, "three"));
        two.close();
        Files.writeString(file(), "something else");
        assertThat(loaded(opened())).isEmpty();
    }

    @Test
    void aHalfWrittenSuccessorIsOfNoUse() throws IOException {
        var one = opened();
        store(one, full("web01", 1, "one"));
        one.close();
        Files.writeString(directory().resolve("nodes.journal.new"), "half");
        assertThat(loaded(opened())).containsOnlyKeys("web01");
        assertThat(directory().resolve("nodes.journal.new")).doesNotExist();
    }

    @Test
    void nobodyElseMayReadItAndItsDirectoryMustBeUsable() throws IOException {
        opened();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        Files.writeString(temporary.resolve("file"), "");
        assertThatThrownBy(() -> EmbeddedRegistry.open(temporary.resolve("file")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("cannot be used");
    }
}
