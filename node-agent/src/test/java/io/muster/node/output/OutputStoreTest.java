package io.muster.node.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.exec.StdStream;
import io.muster.message.Bytes;
import io.muster.message.Identity;
import io.muster.message.RequestId;
import io.muster.message.RequestKey;
import io.muster.message.Role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

class OutputStoreTest {
    private static final Identity ALICE = new Identity("acme", Role.OPERATOR, "alice");
    private static final Identity BOB = new Identity("acme", Role.OPERATOR, "bob");

    @TempDir private Path directory;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private final InstantSource clock = () -> now;

    private OutputStore store(long perStream, long inAll) {
        var limits = new OutputLimits(perStream, inAll, Duration.ofHours(1));
        return OutputStore.open(directory.resolve("output"), limits, clock);
    }

    private static RequestKey key(int number, Identity caller) {
        return new RequestKey(new RequestId("%032x".formatted(number)), caller);
    }

    private static void say(Hearing hearing, StdStream stream, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        hearing.heard(stream, bytes, bytes.length);
    }

    private static Rest said(OutputStore store, int number, String... pieces) {
        var hearing = store.begin(key(number, ALICE), 10);
        List.of(pieces).forEach(piece -> say(hearing, StdStream.STDOUT, piece));
        return of(hearing.end(EnumSet.of(StdStream.STDOUT)), StdStream.STDOUT);
    }

    private static Rest of(Map<StdStream, Rest> rests, StdStream stream) {
        return Objects.requireNonNull(rests.get(stream));
    }

    private static String kept(OutputStore store, int number) throws IOException {
        var kept = store.find(key(number, ALICE));
        return kept.isEmpty()
                ? "nothing"
                : new String(
                        store.read(kept.get(), StdStream.STDOUT, 0, 1_000).view(),
                        StandardCharsets.UTF_8);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("output"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void whatIsLittleAndWholeInTheReplyNeverReachesTheDisk() {
        var hearing = store(100, 100).begin(key(1, ALICE), 10);
        say(hearing, StdStream.STDOUT, "0123456789");
        assertThat(hearing.end(Set.of())).isEmpty();
        assertThat(directory.resolve("output")).doesNotExist();
    }

    @Test
    void whatIsCutIsKeptWholeForItsCallerAlone() throws IOException {
        var store = store(100, 100);
        var rest = said(store, 1, "01234567", "89abc", "def");
        assertThat(rest.kept()).isEqualTo(16);
        assertThat(rest.lost()).isZero();
        assertThat(rest.part().map(Rest.Part::sha256))
                .isEqualTo(Optional.of(Bytes.utf8("0123456789abcdef").sha256().hex()));
        assertThat(kept(store, 1)).isEqualTo("0123456789abcdef");
        assertThat(store.find(key(1, BOB))).isEmpty();
        for (var file : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        var mode = Files.getPosixFilePermissions(directory.resolve("output"));
        assertThat(PosixFilePermissions.toString(mode)).isEqualTo("rwx------");
    }

    @Test
    void whoUsesAnothersIdOverwritesNothingOfTheirs() throws IOException {
        var store = store(100, 100);
        said(store, 1, "0123456789abcdef");
        var hearing = store.begin(key(1, BOB), 1);
        say(hearing, StdStream.STDOUT, "something else");
        assertThat(hearing.end(EnumSet.of(StdStream.STDOUT))).isNotEmpty();
        assertThat(kept(store, 1)).isEqualTo("0123456789abcdef");
        assertThat(kept(store(100, 100), 1)).isEqualTo("0123456789abcdef");
    }

    @Test
    void whatWasCutByItsFormIsKeptAlthoughItIsLittle() throws IOException {
        var store = store(100, 100);
        assertThat(said(store, 1, "\t\t\t").kept()).isEqualTo(3);
        assertThat(kept(store, 1)).isEqualTo("\t\t\t");
    }

    @Test
    void ofAStreamThatIsTooLongTheBeginningIsKeptAndTheRestIsCounted() throws IOException {
        var store = store(12, 100);
        var rest = said(store, 1, "01234567", "89abc", "def");
        assertThat(rest.kept()).isEqualTo(12);
        assertThat(rest.lost()).isEqualTo(4);
        assertThat(kept(store, 1)).isEqualTo("0123456789ab");
    }

    @Test
    void theOldestMakeRoomAndTheDirectoryNeverGrowsOverItsLimit() throws IOException {
        var store = store(20, 30);
        said(store, 1, "first output, long");
        said(store, 2, "second output");
        assertThat(kept(store, 1)).isEqualTo("nothing");
        assertThat(kept(store, 2)).isEqualTo("second output");

        var running = store.begin(key(3, ALICE), 1);
        say(running, StdStream.STDOUT, "a".repeat(20));
        say(running, StdStream.STDERR, "b".repeat(20));
        var rest = running.end(EnumSet.allOf(StdStream.class));
        assertThat(of(rest, StdStream.STDOUT).kept()).isEqualTo(20);
        assertThat(of(rest, StdStream.STDERR).lost()).isEqualTo(20);
        assertThat(files()).hasSize(2);
    }

    @Test
    void itIsRemovedWhenItsTimeIsUpAndRemembersOverARestart() throws IOException {
        said(store(100, 100), 1, "some long output");
        Files.writeString(
                directory.resolve("output/" + key(7, ALICE).fileName() + ".stdout"), "torn");
        assertThat(kept(store(100, 100), 1)).isEqualTo("some long output");
        assertThat(files()).hasSize(2);

        now = now.plus(Duration.ofHours(2));
        var store = store(100, 100);
        assertThat(kept(store, 1)).isEqualTo("nothing");
        assertThat(files()).isEmpty();
        assertThat(said(store, 2, "a".repeat(90)).kept()).isEqualTo(90);
    }

    @Test
    void whatTheDiskCannotTakeIsLostAndSaidToBe() throws IOException {
        Files.writeString(directory.resolve("output"), "not a directory");
        var rest = said(store(100, 100), 1, "some long output");
        assertThat(rest.kept()).isZero();
        assertThat(rest.lost()).isEqualTo(16);
    }
}
