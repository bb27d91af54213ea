package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.exec.Command;
import io.muster.exec.ProcessRunner;
import io.muster.exec.Result.Ending;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

class SandboxHostTest extends HostContract {
    @TempDir private Path directory;
    private final AtomicInteger reboots = new AtomicInteger();

    @BeforeEach
    void furnish() throws IOException {
        Files.createDirectories(directory.resolve("etc"));
        Files.writeString(directory.resolve("etc/hostname"), "domu-12-31\n");
        Files.writeString(
                directory.resolve("etc/hosts"),
                "127.0.0.1\tlocalhost\n127.0.1.1\tdomu-12-31.example.internal domu-12-31\n");
        put("bin/greet", "#!/bin/sh\necho hello from $MUSTER_SANDBOX\n");
    }

    @Override
    Host host() {
        try {
            return SandboxHost.open(directory, new ProcessRunner(), reboots::incrementAndGet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String program() {
        return "/bin/greet";
    }

    @Test
    void rebootBringsAnotherBootIdAndThePersistentName() throws IOException {
        var before = host();
        Files.writeString(directory.resolve("etc/hostname"), "mail01\n");

        before.reboot(Duration.ofMillis(10), "because").perform();

        await().until(() -> reboots.get() == 1);
        var after = host();
        assertThat(before.bootId()).as("this boot is the same").isNotEqualTo(after.bootId());
        assertThat(after.names().label()).isEqualTo("mail01");
        assertThat(after.machineId()).isEqualTo(before.machineId());
    }

    @Test
    void preparedRebootAloneDoesNothing() throws IOException {
        var before = host();
        before.reboot(Duration.ZERO, "");

        assertThat(host().bootId()).isEqualTo(before.bootId());
        assertThat(reboots).hasValue(0);
    }

    @Test
    void programIsToldTheDirectory() throws IOException {
        var result = host().run(Command.of("/bin/greet"));

        assertThat(result.stdout()).isEqualTo("hello from " + directory.toRealPath() + "\n");
        assertThat(host().tool("greet")).contains("/bin/greet");
    }

    @Test
    void programsOfTheRealMachineAreNotStarted() {
        for (var program : new String[] {"/bin/sh", "/usr/sbin/useradd", "/sbin/shutdown"}) {
            assertThat(host().run(Command.of(program, "-c", "true")).ending())
                    .isInstanceOf(Ending.NotStarted.class);
        }
        assertThat(host().tool("sh")).isEmpty();
    }

    @Test
    void linkToAProgramOutsideIsNotStarted() throws IOException {
        Files.createSymbolicLink(directory.resolve("bin/sh"), Path.of("/bin/sh"));
        Files.createSymbolicLink(directory.resolve("sbin"), Path.of("/sbin"));

        for (var program : new String[] {"/bin/sh", "/sbin/ldconfig", "/../../bin/sh"}) {
            assertThat(host().run(Command.of(program, "-c", "true")).ending())
                    .isInstanceOf(Ending.NotStarted.class);
        }
        assertThat(host().tool("sh")).isEmpty();
        Files.delete(directory.resolve("bin/sh"));
        Files.delete(directory.resolve("sbin"));
    }

    @Test
    void linkedDirectoryIsNotFollowedOutside(@TempDir Path outside) throws IOException {
        Files.delete(directory.resolve("etc/hosts"));
        Files.delete(directory.resolve("etc/hostname"));
        Files.delete(directory.resolve("etc"));
        Files.createSymbolicLink(directory.resolve("etc"), outside);

        assertThatThrownBy(() -> SandboxHost.open(directory, new ProcessRunner(), () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("symbolic link");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void pathsWithDotsAreNoPathsOfTheMachine() {
        assertThatThrownBy(() -> host().files().read("/etc/../../outside"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void put(String file, String content) throws IOException {
        var path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        chmod(path, "rwxr-xr-x");
    }
}
