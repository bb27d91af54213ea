package io.muster.node.host;

import static io.muster.node.host.Scripted.exited;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Which programs it starts, and how; starting them for real is {@link LinuxHostIT}'s. */
class LinuxHostTest {
    @TempDir private Path root;
    private Scripted runner = new Scripted(_ -> exited(0, "", ""));

    @BeforeEach
    void furnish() throws IOException {
        put("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
        put("proc/sys/kernel/hostname", "domu\n");
        put("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
        put("etc/group", "root:x:0:\nops:x:1000:\n");
    }

    @Test
    void underSystemdRebootIsATimerThatOutlivesThisProcess() throws IOException {
        Files.createDirectories(root.resolve("run/systemd/system"));
        programs("systemd-run", "systemctl");

        host().reboot(Duration.ofSeconds(3), "new kernel").perform();

        assertThat(runner.lines())
                .containsExactly(
                        "/usr/bin/systemd-run --on-active=3s --timer-property=AccuracySec=100ms --"
                                + " /usr/bin/systemctl --message=new kernel reboot");
    }

    @Test
    void rebootThatSystemdRefusesIsAnError() throws IOException {
        Files.createDirectories(root.resolve("run/systemd/system"));
        programs("systemd-run", "systemctl");
        runner = new Scripted(_ -> exited(1, "", "Failed to connect to bus\n"));
        var deed = host().reboot(Duration.ZERO, "");

        assertThatThrownBy(deed::perform)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("status 1, Failed to connect to bus");
    }

    @Test
    void withoutSystemdRebootIsShutdownAfterTheDelay() throws IOException {
        programs("shutdown");

        var deed = host().reboot(Duration.ofMillis(20), "-h");
        assertThat(runner.lines()).isEmpty();
        deed.perform();

        await().until(() -> runner.lines().equals(List.of("/usr/bin/shutdown -r now -- -h")));
    }

    @Test
    void machineThatCannotRebootSaysSoBeforehand() {
        assertThatThrownBy(() -> host().reboot(Duration.ZERO, ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no program shutdown");
    }

    @Test
    void systemdIsToldOfTheNewName() throws IOException {
        Files.createDirectories(root.resolve("run/systemd/system"));
        programs("hostnamectl");
        runner = new Scripted(_ -> exited(1, "", "Access denied\n"));

        var done = host().names().rename(new HostName("mail01.example.com"), false);

        assertThat(runner.lines())
                .containsExactly("/usr/bin/hostnamectl set-hostname --static mail01");
        assertThat(done).last().asString().contains("systemd was not told", "Access denied");
        assertThat(host().names().full()).isEqualTo("mail01.example.com");
    }

    @Test
    void lockedAccountFilesAreTriedAgain() throws IOException {
        programs("groupadd");
        var answers = new ArrayDeque<>(List.of(10, 10, 0));
        runner =
                new Scripted(
                        _ -> {
                            var status = answers.remove();
                            if (status == 0) {
                                put("etc/group", "root:x:0:\ndev:x:1001:\n");
                            }
                            return exited(status, "", "groupadd: cannot lock /etc/group\n");
                        });

        accounts().createGroup("dev");

        assertThat(runner.lines()).hasSize(3).containsOnly("/usr/bin/groupadd -- dev");
    }

    @Test
    void accountFilesThatStayLockedAreAnError() throws IOException {
        programs("groupadd");
        runner = new Scripted(_ -> exited(10, "", "groupadd: cannot lock /etc/group\n"));

        assertThatThrownBy(() -> accounts().createGroup("dev"))
                .hasMessage(
                        "group dev was not made: groupadd ended with status 10, groupadd: cannot"
                                + " lock /etc/group");
        assertThat(runner.lines()).hasSize(5);
    }

    @Test
    void otherFailuresAreNotTriedAgain() throws IOException {
        programs("useradd");
        runner = new Scripted(_ -> exited(3, "", "useradd: invalid user name\n"));

        assertThatThrownBy(() -> accounts().createUser(alice())).hasMessageContaining("status 3");
        assertThat(runner.lines())
                .containsExactly(
                        "/usr/bin/useradd --gid ops --shell /bin/sh --home-dir /home/alice"
                                + " --create-home --comment Alice --uid 1234 -- alice");
    }

    /** {@code useradd -D} prints its defaults and ends with status 0. */
    @Test
    void successWithoutAUserIsAnError() throws IOException {
        programs("useradd");

        assertThatThrownBy(() -> accounts().createUser(alice()))
                .hasMessageContaining("alice was not made: useradd ended with status 0");
    }

    @Test
    void userThatCameOutOtherwiseIsAnError() throws IOException {
        programs("useradd");
        runner =
                new Scripted(
                        _ -> {
                            put("etc/passwd", "alice:x:1234:1000::/home/alice:/bin/false\n");
                            return exited(0, "", "");
                        });

        assertThatThrownBy(() -> accounts().createUser(alice()))
                .hasMessageContaining("otherwise than asked");
    }

    @Test
    void usersOfTheNameServiceAreFound() throws IOException {
        programs("getent");
        runner =
                new Scripted(
                        command ->
                                command.arguments().getLast().equals("carol")
                                        ? exited(0, "carol:*:5000:5000::/home/carol:/bin/sh\n", "")
                                        : exited(2, "", ""));

        assertThat(accounts().user("carol").orElseThrow().uid()).isEqualTo(5000);
        assertThat(accounts().user("dave")).isEmpty();
        assertThat(accounts().user("root").orElseThrow().uid()).isZero();
    }

    @Test
    void nameServiceThatFailsIsAnErrorAndNotAnAbsentUser() throws IOException {
        programs("getent");
        runner = new Scripted(_ -> exited(1, "", "getent: no service\n"));

        assertThatThrownBy(() -> accounts().user("carol"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot look up carol");
    }

    private LinuxHost host() throws IOException {
        return new LinuxHost(root, runner, new Random(1));
    }

    private Accounts accounts() {
        var files = new Tree(root, true);
        var tools = new Tools(root, Tools.LINUX);
        return new LinuxAccounts(files, tools, runner, new Random(1), Duration.ofMillis(1));
    }

    private static NewUser alice() {
        return new NewUser("alice", Optional.of(1234L), "ops", "Alice", "/home/alice", "/bin/sh");
    }

    private void programs(String... names) throws IOException {
        for (var name : names) {
            put("usr/bin/" + name, "");
            HostContract.chmod(root.resolve("usr/bin/" + name), "rwxr-xr-x");
        }
    }

    private void put(String file, String content) {
        try {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
