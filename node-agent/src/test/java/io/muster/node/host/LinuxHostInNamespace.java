package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.exec.Command;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Not found by name: only {@link LinuxHostIT} knows where it may run. */
class LinuxHostInNamespace extends HostContract {
    @SuppressWarnings("NullAway.Init") // before each test
    private Host host;

    @BeforeEach
    void start() throws IOException {
        host = PrivateMachine.fresh();
    }

    @Override
    Host host() {
        return host;
    }

    @Override
    String program() {
        return "/bin/true";
    }

    /** As containers have it: something is mounted on the file, so nothing can replace it. */
    @Test
    void hostsFileThatIsMountedIsOverwritten(@TempDir Path directory) throws IOException {
        var mounted = directory.resolve("hosts");
        Files.copy(Path.of("/etc/hosts"), mounted);
        assertThat(host.run(mount("--bind", mounted.toString(), "/etc/hosts")).succeeded())
                .isTrue();
        try {
            assertThat(host.names().rename(new HostName("mail01.example.com"), false)).hasSize(3);
            assertThat(host.names().full()).isEqualTo("mail01.example.com");
            assertThat(mounted).content().contains("mail01.example.com mail01");
            assertThat(Path.of("/etc/.muster-new")).doesNotExist();
        } finally {
            host.run(Command.of("/bin/umount", "/etc/hosts"));
        }
    }

    private static Command mount(String... arguments) {
        return Command.of("/bin/mount", arguments);
    }
}
