package io.muster.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.IssuerName;
import io.muster.security.Envelope;
import io.muster.security.SecurityFileException;
import io.muster.security.TestFleet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The directory holds what is on the board, for whoever reads it. */
class DocumentFilesTest {
    private final TestFleet fleet = TestFleet.create();
    private final Bytes first = fleet.list(IssuerName.NODES, 1);
    private final Bytes second = fleet.list(IssuerName.NODES, 2);
    @TempDir private Path temporary;

    private Path directory() {
        return temporary.resolve("documents");
    }

    @Test
    void itHoldsWhatIsSaidAndNothingElseAndEverybodyMayRead() throws IOException {
        var files = new DocumentFiles(directory());
        assertThat(files.all()).isEmpty();

        files.mirror(Map.of("nodes.json", first, "a.lock", second));
        assertThat(files.all()).containsExactly(second, first);
        for (var readable : files.files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(readable)))
                    .isEqualTo("rw-r--r--");
        }

        new DocumentFiles(directory()).mirror(Map.of("nodes.json", second));
        assertThat(files.all()).containsExactly(second);
    }

    @Test
    void whatFailedIsMadeUpFor() throws IOException {
        var files = new DocumentFiles(directory());
        Files.writeString(directory(), "in the way");
        assertThatThrownBy(() -> files.mirror(Map.of("nodes.json", first)))
                .isInstanceOf(SecurityFileException.class)
                .hasMessageContaining("cannot be made");
        Files.delete(directory());
        files.mirror(Map.of("nodes.json", first));
        assertThat(files.all()).containsExactly(first);
    }

    /** It was a lock, perhaps: nobody must think that there is none. */
    @Test
    void whatIsDamagedStaysToBeLookedAt() throws IOException {
        Files.createDirectories(directory());
        var damaged = Files.writeString(directory().resolve("a.lock"), "{");
        var files = new DocumentFiles(directory());
        files.mirror(Map.of("nodes.json", first));
        assertThat(damaged).hasContent("{");
    }

    @Test
    void whatIsTooLargeIsNotEvenRead() throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("a.json"), " ".repeat(Envelope.MAX_SIZE + 1));
        assertThatThrownBy(() -> new DocumentFiles(directory()).all())
                .isInstanceOf(SecurityFileException.class)
                .hasMessageContaining("a.json is too large");
    }
}
