package io.muster.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Class-data archives make programs start sooner and change nothing else, whatever becomes of the
 * archive, of the jars or of the place.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ArchiveIT {

    private static final String SHARED = "source: shared objects file";

    private Installation trained;

    @BeforeAll
    void train(@TempDir Path work) throws Exception {
        trained = Installation.at(work.resolve("muster"), work, "old ");
        var training = trained.train();
        assertThat(training.status()).as(training.err()).isZero();
    }

    @Test
    void classesComeFromTheArchive() throws Exception {
        assertThat(mainClass(trained, "ping")).contains(SHARED);
        assertThat(mainClass(trained, "agent")).contains(SHARED);
        assertThat(mainClass(trained, "hub")).contains(SHARED);
    }

    @Test
    void anArchiveServesInAnotherPlace(@TempDir Path place) throws Exception {
        assertThat(mainClass(trained.copiedTo(place.resolve("a copy")), "ping")).contains(SHARED);
    }

    @Test
    void aReplacedJarShowsItsNewBehaviour(@TempDir Path place) throws Exception {
        var installation = trained.copiedTo(place.resolve("muster"));
        installation.replaceProgram(Role.CONTROLLER, "new ");
        var started = installation.muster("ping");
        assertThat(started.program()).isEqualTo("new controller");
        assertThat(started.err()).isEmpty();
    }

    @Test
    void aMissingArchiveIsNotMissed(@TempDir Path place) throws Exception {
        var installation = trained.copiedTo(place.resolve("muster"));
        Files.delete(installation.archive(Role.CONTROLLER));
        startsAllTheSame(installation);
    }

    @Test
    void aFileThatIsNoArchiveIsNotUsed(@TempDir Path place) throws Exception {
        var installation = trained.copiedTo(place.resolve("muster"));
        Files.writeString(installation.archive(Role.CONTROLLER), "no archive");
        startsAllTheSame(installation);
    }

    @Test
    void aTornArchiveIsNotUsed(@TempDir Path place) throws Exception {
        var installation = trained.copiedTo(place.resolve("muster"));
        var archive = installation.archive(Role.CONTROLLER);
        var bytes = Files.readAllBytes(archive);
        Files.write(archive, Arrays.copyOf(bytes, bytes.length / 2));
        startsAllTheSame(installation);
    }

    @Test
    void trainingAgainChangesNothing() throws Exception {
        var before = Files.getLastModifiedTime(trained.archive(Role.AGENT));
        assertThat(trained.train().status()).isZero();
        assertThat(Files.getLastModifiedTime(trained.archive(Role.AGENT))).isEqualTo(before);
    }

    private static void startsAllTheSame(Installation installation) throws Exception {
        var started = installation.muster("ping", "x");
        assertThat(started.status()).isZero();
        assertThat(started.program()).isEqualTo("old controller");
        assertThat(started.words()).containsExactly("<ping>", "<x>");
        assertThat(started.err()).isEmpty();
    }

    /** Where the program's main class came from, in the words of the JVM. */
    private static String mainClass(Installation where, String verb)
            throws IOException, InterruptedException {
        var log = Files.createTempFile("classes", ".log"); // MUSTER_JAVA_OPTS takes no blanks
        var options = Map.of("MUSTER_JAVA_OPTS", "-Xlog:class+load:file=" + log);
        assertThat(where.start(options, where.launcher(), verb).status()).isZero();
        try {
            return Files.readAllLines(log).stream()
                    .filter(line -> line.contains("io.muster") && line.contains("Main source"))
                    .findFirst()
                    .orElseThrow();
        } finally {
            Files.delete(log);
        }
    }
}
