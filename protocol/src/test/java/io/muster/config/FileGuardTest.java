package io.muster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Runs as root and as anybody else: what belongs to others is played by being another user. */
class FileGuardTest {
    private static final int SOMEBODY_ELSE = 54_321;

    @TempDir Path directory;

    private final FileGuard guard = FileGuard.forThisProcess();
    private Path file;
    private int owner;

    @BeforeEach
    void file() throws IOException {
        file = Files.writeString(directory.resolve("policy.json"), "{}");
        mode(file, "rw-r--r--");
        owner = (Integer) Files.getAttribute(file, "unix:uid");
    }

    @Test
    void fileOfOneselfIsTrusted() {
        assertThat(guard.trusted(file)).isEqualTo(file);
    }

    @Test
    void fileThatOthersMayWriteIsNot() throws IOException {
        mode(file, "rw-rw-r--");
        assertThatThrownBy(() -> guard.trusted(file))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + " is writable by others (mode 0664): chmod go-w " + file);
        mode(file, "rw-r--rw-");
        assertThatThrownBy(() -> guard.trusted(file)).hasMessageContaining("(mode 0646)");
    }

    @Test
    void fileInADirectoryThatOthersMayWriteIsNot() throws IOException {
        mode(directory, "rwxrwxrwx");

        assertThatThrownBy(() -> guard.trusted(file))
                .hasMessage(
                        directory + " is writable by others (mode 0777): chmod go-w " + directory);
    }

    @Test
    void linksAreTrustedAsFarAsTheirTargets() throws IOException {
        var open = Files.createDirectory(directory.resolve("open"));
        var target = Files.writeString(open.resolve("target"), "");
        mode(target, "rw-r--r--");
        var link = Files.createSymbolicLink(directory.resolve("link"), Path.of("open/../open"));

        assertThat(guard.trusted(link.resolve("target"))).isEqualTo(link.resolve("target"));
        mode(open, "rwxrwxrwx");
        assertThatThrownBy(() -> guard.trusted(link.resolve("target")))
                .hasMessageStartingWith(open + " is writable by others");
    }

    @Test
    void linksInACircleAreRefused() throws IOException {
        var link = directory.resolve("link");
        Files.createSymbolicLink(link, link);

        assertThatThrownBy(() -> guard.trusted(link)).hasMessageContaining("more than 16 links");
    }

    @Test
    void whatIsNotThereIsNotTrusted() {
        var absent = directory.resolve("absent");

        assertThatThrownBy(() -> guard.trusted(absent)).hasMessage(absent + " is not there");
        assertThatThrownBy(() -> guard.secret(absent)).hasMessage(absent + " is not there");
    }

    @Test
    void ownerMustBeRootOrOneself() throws IOException {
        mode(file, "rw-------");
        var other = FileGuard.forUser(SOMEBODY_ELSE);

        if (owner == 0) {
            assertThat(other.secret(file)).isEqualTo(file);
            Files.setAttribute(file, "unix:uid", SOMEBODY_ELSE);
            assertThatThrownBy(() -> guard.secret(file))
                    .hasMessage(file + " belongs to user 54321, not to root: chown 0 " + file);
        } else {
            assertThatThrownBy(() -> other.secret(file))
                    .hasMessage(
                            file
                                    + " belongs to user "
                                    + owner
                                    + ", not to root or user 54321: chown 54321 "
                                    + file);
        }
    }

    @Test
    void secretThatOthersMayReadIsRefused() throws IOException {
        mode(file, "rw-------");
        assertThat(guard.secret(file)).isEqualTo(file);

        mode(file, "rw-r--r--");
        assertThatThrownBy(() -> guard.secret(file))
                .hasMessage(file + " is readable by others (mode 0644): chmod 600 " + file);
        mode(file, "rw--w----");
        assertThatThrownBy(() -> guard.secret(file))
                .hasMessage(file + " is writable by others (mode 0620): chmod 600 " + file);
        mode(file, "rw-r-----");
        assertThatThrownBy(() -> guard.secret(file))
                .hasMessage(file + " is readable by its group (mode 0640): chmod 600 " + file);
        assertThatThrownBy(() -> guard.secret(directory))
                .hasMessage(directory + " is not a regular file");
    }

    @Test
    void daemonMayReadItsKeyThroughTheGroupIfRootOwnsIt() throws IOException {
        mode(file, "rw-r-----");
        var daemon = FileGuard.forUser(SOMEBODY_ELSE);

        if (owner == 0) {
            assertThat(daemon.secret(file)).isEqualTo(file);
        } else {
            assertThatThrownBy(() -> daemon.secret(file)).hasMessageContaining("belongs to user");
        }
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
