package io.muster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;

class SealCommandTest {
    private static final List<String> SECRETS =
            List.of(
                    "var/lib/muster/agent/node.key",
                    "var/lib/muster/agent/node.crt",
                    "var/lib/muster/agent/trust.pem",
                    "var/lib/muster/agent/requests.journal",
                    "var/lib/muster/agent/audit.jsonl",
                    "var/lib/muster/agent/trust/lists.json",
                    "var/lib/muster/helper/node.crt",
                    "var/lib/muster/helper/node.sealing.key",
                    "var/lib/muster/helper/trust.pem",
                    "var/lib/muster/helper/joined.conf",
                    "var/lib/muster/helper/requests.journal",
                    "var/lib/muster/helper/audit.jsonl",
                    "var/lib/muster/helper/audit.key",
                    "var/lib/muster/helper/usage.json",
                    "var/lib/muster/helper/clock.mark",
                    "var/lib/muster/helper/trust/locks.json",
                    "etc/muster/join.token",
                    "etc/ssh/ssh_host_ed25519_key",
                    "etc/ssh/ssh_host_ed25519_key.pub",
                    "root/.bash_history",
                    "home/bob/.psql_history",
                    "var/lib/systemd/random-seed");

    @TempDir private Path machine;
    @TempDir private Path elsewhere;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void put(String file, String content) throws IOException {
        var path = machine.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @BeforeEach
    void aMachineThatHasLived() throws IOException {
        for (var file : SECRETS) {
            put(file, "secret");
        }
        put("etc/machine-id", "4f7c0a5be5d24a55b4b4e1a2b9f5c7aa\n");
        put("etc/ssh/sshd_config", "Port 22\n");
        put("etc/muster/policy.json", "{}");
        put("home/bob/letter", "Dear Alice");
    }

    private int seal(String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var all =
                Stream.concat(Stream.of("--root", machine.toString()), Stream.of(words))
                        .toArray(String[]::new);
        return new CommandLine(new SealCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    private boolean there(String file) {
        return Files.exists(machine.resolve(file), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void withoutYesItOnlyLists() throws IOException {
        assertThat(seal()).isZero();
        for (var file : SECRETS) {
            assertThat(out.toString()).contains("/" + file + "  (");
            assertThat(there(file)).isTrue();
        }
        assertThat(out.toString()).contains("empty   ").doesNotContain("sshd_config", "letter");
        assertThat(err.toString()).contains("Nothing was removed yet");
        assertThat(machine.resolve("etc/machine-id")).isNotEmptyFile();
        assertThat(seal("--output", "jsonl")).isZero();
        assertThat(out.toString().lines())
                .hasSize(SECRETS.size() + 1)
                .allMatch(l -> l.startsWith("{"));
    }

    @Test
    void withYesNothingIsLeftThatTwoMachinesMustNotHave() throws IOException {
        assertThat(seal("--yes")).isZero();
        for (var file : SECRETS) {
            assertThat(there(file)).as(file).isFalse();
        }
        assertThat(machine.resolve("etc/machine-id")).isEmptyFile();
        assertThat(Files.getPosixFilePermissions(machine.resolve("etc/machine-id")))
                .contains(PosixFilePermission.OTHERS_READ);
        for (var file :
                List.of("etc/ssh/sshd_config", "etc/muster/policy.json", "home/bob/letter")) {
            assertThat(there(file)).as(file).isTrue();
        }
        assertThat(seal()).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("may be copied");
    }

    @Test
    void whileTheNodeAgentRunsNothingIsRemoved() throws Exception {
        assertNothingIsRemovedWhileSomebodyHolds(
                "var/lib/muster/agent/requests.journal.lock", "the node agent is running");
    }

    @Test
    void whileTheRootHelperRunsNothingIsRemoved() throws Exception {
        assertNothingIsRemovedWhileSomebodyHolds(
                "var/lib/muster/helper/requests.journal.lock", "the root helper is running");
    }

    private void assertNothingIsRemovedWhileSomebodyHolds(String file, String told)
            throws Exception {
        var lock = machine.resolve(file);
        var holder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                lock.toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('h');
            assertThat(seal("--yes")).isEqualTo(78);
            assertThat(err.toString()).contains(told).contains("stop it");
            assertThat(there("var/lib/muster/agent/node.key")).isTrue();
        } finally {
            holder.destroy();
            holder.waitFor();
        }
        assertThat(seal("--yes")).isZero();
    }

    @Test
    void theHelpersDirectoryIsWhereTheSettingsSay() throws IOException {
        put("etc/muster/agent.conf", "helper-state = /srv/helper\n");
        put("srv/helper/node.sealing.key", "secret");
        assertThat(seal("--yes")).isZero();
        assertThat(there("srv/helper/node.sealing.key")).isFalse();
        assertThat(there("var/lib/muster/helper/node.sealing.key")).isTrue();
    }

    @Test
    void whatALinkLeadsToOutsideIsNotTouched() throws IOException {
        var outside =
                Files.writeString(elsewhere.resolve("ssh_host_rsa_key"), "of another machine");
        Files.writeString(elsewhere.resolve(".bash_history"), "of another machine");
        try (var all = Files.list(machine.resolve("etc/ssh"))) {
            for (var file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(machine.resolve("etc/ssh"));
        Files.createSymbolicLink(machine.resolve("etc/ssh"), elsewhere);
        Files.createSymbolicLink(machine.resolve("home/eve"), elsewhere);
        Files.createDirectories(machine.resolve("home/mallory"));
        Files.createSymbolicLink(machine.resolve("home/mallory/.bash_history"), outside);
        assertThat(seal("--yes")).isZero();
        assertThat(outside).hasContent("of another machine");
        assertThat(elsewhere.resolve(".bash_history")).exists();
        assertThat(there("home/mallory/.bash_history")).isFalse();
    }

    /** The node agent's own user may do that, and whoever has become it. */
    @Test
    void aDirectoryThatBecomesALinkMeanwhileLeadsNowhere() throws IOException {
        var agents = machine.resolve("var/lib/muster/agent");
        var outside = Files.writeString(elsewhere.resolve("lists.json"), "of another machine");
        var image =
                new Image(
                        machine,
                        Path.of("/var/lib/muster/agent"),
                        Path.of("/var/lib/muster/helper"));
        var found = image.find();
        assertThat(found).anyMatch(item -> item.path().endsWith("agent/trust/lists.json"));
        Files.move(agents.resolve("trust"), agents.resolve("moved"));
        Files.createSymbolicLink(agents.resolve("trust"), elsewhere);

        assertThatThrownBy(() -> image.remove(found))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lists.json cannot be removed")
                .hasMessageContaining("trust is a symbolic link");
        assertThat(outside).hasContent("of another machine");

        assertThat(seal("--yes")).isZero();
        assertThat(outside).hasContent("of another machine");
        assertThat(there("var/lib/muster/agent/trust")).isFalse();
        assertThat(there("var/lib/muster/agent/moved/lists.json")).isFalse();
    }

    @Test
    void aStateDirectoryBehindALinkIsNotPassedOver() throws IOException {
        put("srv/agent/node.key", "secret");
        Files.createSymbolicLink(machine.resolve("var/lib/muster/other"), Path.of("/srv/agent"));
        put("etc/muster/agent.conf", "state = /var/lib/muster/other\n");
        assertThat(seal("--yes")).isEqualTo(1);
        assertThat(err.toString()).contains("muster/other is a symbolic link");
        put("etc/muster/agent.conf", "state = /srv/agent\n");
        assertThat(seal("--yes")).isZero();
        assertThat(there("srv/agent/node.key")).isFalse();
    }

    /** Holds a lock until it is ended, or its input is, as a node agent does. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (var channel =
                            FileChannel.open(
                                    Path.of(args[0]),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                System.out.write('h');
                System.out.flush();
                var _ = System.in.read();
                lock.release();
            }
        }
    }
}
