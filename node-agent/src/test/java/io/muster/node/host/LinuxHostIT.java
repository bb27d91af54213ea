package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.exec.Command;
import io.muster.exec.ProcessRunner;
import io.muster.message.Bytes;
import io.muster.node.AsRoot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The contract of hosts on a real Linux machine, with its real programs: in a mount and a UTS
 * namespace of their own, with copies of {@code /etc} and nothing in {@code /home}, so that the
 * machine itself keeps its name and its users. Needs root and util-linux's {@code unshare}.
 */
class LinuxHostIT {
    /** What the tests change is covered, and so are the sockets of those who could be told. */
    private static final String SET_UP =
            """
            mount -t tmpfs none "$3"
            cp -a /etc "$3/etc"
            mount --bind "$3/etc" /etc
            for covered in /home /run /var/log /var/mail /var/spool/mail; do
                if [ -d "$covered" ] && [ ! -L "$covered" ]; then
                    mount -t tmpfs -o mode=755 none "$covered"
                fi
            done
            exec "$1" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -Dmuster.outside="$4" \\
                -cp "$2" io.muster.node.host.InNamespace
            """;

    @Test
    void linuxKeepsTheContractAndTheMachineIsUntouched(@TempDir Path directory) throws IOException {
        var before = fingerprint();
        var java = ProcessHandle.current().info().command().orElseThrow();
        var arguments =
                List.of(
                        "/usr/bin/unshare",
                        "--mount",
                        "--uts",
                        "--propagation",
                        "private",
                        "--",
                        "/bin/sh",
                        "-euc",
                        SET_UP,
                        "sh",
                        java,
                        System.getProperty("java.class.path"),
                        directory.toString(),
                        PrivateMachine.namespaces());
        var limit = Duration.ofMinutes(3);

        var result =
                new ProcessRunner()
                        .run(
                                new Command(
                                        AsRoot.command(arguments),
                                        Map.of(),
                                        Bytes.utf8(""),
                                        limit,
                                        1024 * 1024));

        assertThat(result.succeeded())
                .as(() -> result.ending() + "\n" + result.stdout() + result.stderr())
                .isTrue();
        assertThat(result.stdout()).contains("linux host: ").doesNotContain("linux host: 0 ");
        assertThat(fingerprint()).isEqualTo(before);
    }

    private static List<String> fingerprint() throws IOException {
        return List.of(
                Files.readString(Path.of("/proc/sys/kernel/hostname")),
                Files.readString(Path.of("/etc/hosts")),
                Files.readString(Path.of("/etc/passwd")),
                Files.readString(Path.of("/etc/group")));
    }
}
