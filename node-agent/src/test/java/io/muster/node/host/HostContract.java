package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.exec.Command;
import io.muster.exec.Result.Ending;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What every host promises. The host under test is called {@code domu-12-31.example.internal} and
 * has no user or group with a number from 1000 on.
 */
abstract class HostContract {
    private static final KeyLine KEY = KeyLine.parse(SshKeys.ed25519(1, "alice@laptop"));
    private static final KeyLine OTHER = KeyLine.parse(SshKeys.ed25519(2, "alice@desk"));

    /** The host; the same machine each time within one test. */
    abstract Host host();

    /** A program that is this machine's own, and says something. */
    abstract String program();

    @Test
    void nameIsQualified() throws IOException {
        assertThat(host().names().label()).isEqualTo("domu-12-31");
        assertThat(host().names().full()).isEqualTo("domu-12-31.example.internal");
    }

    @Test
    void renameIsCompleteAndSecondRenameIsNothing() throws IOException {
        var name = new HostName("mail01.example.com");

        assertThat(host().names().rename(name, false)).hasSize(3);

        assertThat(host().names().full()).isEqualTo("mail01.example.com");
        assertThat(host().files().read("/etc/hostname")).contains("mail01\n");
        assertThat(host().files().read("/etc/hosts").orElseThrow())
                .contains("127.0.1.1\tmail01.example.com mail01\n")
                .doesNotContain("domu");
        assertThat(host().names().rename(name, false)).isEmpty();
    }

    @Test
    void nameWithoutDomainKeepsTheDomain() throws IOException {
        host().names().rename(new HostName("mail01"), false);

        assertThat(host().names().full()).isEqualTo("mail01.example.internal");
    }

    @Test
    void renameInDryRunTellsAndChangesNothing() throws IOException {
        assertThat(host().names().rename(new HostName("mail01"), true)).hasSize(3);

        assertThat(host().names().full()).isEqualTo("domu-12-31.example.internal");
        assertThat(host().files().read("/etc/hostname")).contains("domu-12-31\n");
    }

    @Test
    void renameThatWasCutOffIsCompleted() throws IOException {
        var name = new HostName("mail01.example.com");
        var hosts = host().files().read("/etc/hosts").orElseThrow();
        host().files().replace("/etc/hosts", HostsFile.rename(hosts, name, "domu-12-31"));

        assertThat(host().names().rename(name, false))
                .containsExactly("/etc/hostname: mail01", "kernel: mail01");

        assertThat(host().names().full()).isEqualTo("mail01.example.com");
    }

    @Test
    void createdUserIsAsAsked() throws IOException {
        var alice = create("alice", Optional.of(4321L));

        assertThat(alice.uid()).isEqualTo(4321);
        assertThat(alice.home()).isEqualTo("/home/alice");
        assertThat(alice.shell()).isEqualTo("/bin/sh");
        assertThat(alice.comment()).isEqualTo("Alice");
        assertThat(host().accounts().group(alice.gid()).orElseThrow().name()).isEqualTo("alice");
        assertThat(host().accounts().user(4321L)).contains(alice);
        assertThat(host().files().path("/home/alice")).isDirectory();
        assertThat(host().accounts().shells()).contains("/bin/sh");
    }

    @Test
    void machineChoosesNumbersFromOneThousandOn() throws IOException {
        assertThat(create("alice", Optional.empty()).uid()).isGreaterThanOrEqualTo(1000);
        assertThat(create("bob", Optional.empty()).uid())
                .isGreaterThanOrEqualTo(1000)
                .isNotEqualTo(host().accounts().user("alice").orElseThrow().uid());
    }

    @Test
    void existingUserIsNotMadeAgain() throws IOException {
        create("alice", Optional.empty());

        assertThatThrownBy(
                        () ->
                                host().accounts()
                                        .createUser(
                                                new NewUser(
                                                        "alice",
                                                        Optional.of(5000L),
                                                        "alice",
                                                        "",
                                                        "/home/other",
                                                        "/bin/sh")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void unknownUserAndGroupAreNotThere() throws IOException {
        assertThat(host().accounts().user("nobody-here")).isEmpty();
        assertThat(host().accounts().group("nobody-here")).isEmpty();
        assertThat(host().accounts().user(54_321L)).isEmpty();
        assertThat(host().accounts().group(54_321L)).isEmpty();
    }

    @Test
    void membershipsAreTheseAndNoMore() throws IOException {
        create("alice", Optional.empty());
        for (var group : List.of("ops", "dev", "web")) {
            host().accounts().createGroup(group);
        }
        var accounts = host().accounts();

        accounts.setMemberships("alice", new TreeSet<>(List.of("ops", "dev")));
        assertThat(accounts.memberships("alice")).containsExactly("dev", "ops");
        accounts.setMemberships("alice", new TreeSet<>(List.of("web")));
        assertThat(accounts.memberships("alice")).containsExactly("web");
        accounts.setMemberships("alice", new TreeSet<>());
        assertThat(accounts.memberships("alice")).isEmpty();
    }

    @Test
    void keysAreTheUsersOwnAndNobodyElseReadsThem() throws IOException {
        var alice = create("alice", Optional.empty());

        assertThat(host().authorizedKeys().ensure(alice, List.of(KEY), false)).hasSize(2);

        var folder = host().files().path("/home/alice/.ssh");
        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("authorized_keys"))).isEqualTo("rw-------");
        assertThat(folder.resolve("authorized_keys")).hasContent(KEY.line());
        assertThat(Owner.of(folder)).isEqualTo(Owner.of(host().files().path("/home/alice")));
        assertThat(Owner.of(folder.resolve("authorized_keys"))).isEqualTo(Owner.of(folder));
        assertThat(host().authorizedKeys().ensure(alice, List.of(KEY), false)).isEmpty();
    }

    @Test
    void keysInDryRunAreToldAndNotWritten() throws IOException {
        var alice = create("alice", Optional.empty());

        assertThat(host().authorizedKeys().ensure(alice, List.of(KEY), true)).hasSize(2);

        assertThat(host().files().path("/home/alice/.ssh")).doesNotExist();
    }

    @Test
    void otherKeysGoAndRestrictionsOfWantedOnesStay() throws IOException {
        var alice = create("alice", Optional.empty());
        host().authorizedKeys().ensure(alice, List.of(KEY, OTHER), false);
        var file = host().files().path("/home/alice/.ssh/authorized_keys");
        var restricted = "from=\"10.0.0.1\" " + KEY.line();
        Files.writeString(file, "# mine\n" + restricted + "\n" + OTHER.line() + "\n");

        assertThat(host().authorizedKeys().ensure(alice, List.of(KEY), false))
                .containsExactly("/home/alice/.ssh/authorized_keys: 0 keys added, 1 removed");

        assertThat(Files.readAllLines(file)).containsExactly("# mine", restricted);
    }

    @Test
    void looseModesAreTightened() throws IOException {
        var alice = create("alice", Optional.empty());
        host().authorizedKeys().ensure(alice, List.of(KEY), false);
        var folder = host().files().path("/home/alice/.ssh");
        chmod(folder, "rwxr-x---");
        chmod(folder.resolve("authorized_keys"), "rw-r--r--");

        assertThat(host().authorizedKeys().ensure(alice, List.of(KEY), false)).hasSize(2);

        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("authorized_keys"))).isEqualTo("rw-------");
    }

    @Test
    void linkedKeyFolderIsRefused() throws IOException {
        var alice = create("alice", Optional.empty());
        var elsewhere = Files.createDirectories(host().files().path("/home/elsewhere"));
        Files.createSymbolicLink(host().files().path("/home/alice/.ssh"), elsewhere);

        assertThatThrownBy(() -> host().authorizedKeys().ensure(alice, List.of(KEY), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("symbolic link");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void linkedHomeIsRefused() throws IOException {
        var alice = create("alice", Optional.empty());
        var home = host().files().path("/home/alice");
        var elsewhere = host().files().path("/home/elsewhere");
        Files.move(home, elsewhere);
        Files.createSymbolicLink(home, elsewhere);

        assertThatThrownBy(() -> host().authorizedKeys().ensure(alice, List.of(KEY), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("symbolic link");
        assertThat(elsewhere.resolve(".ssh")).doesNotExist();
    }

    @Test
    void linkedKeyFileIsNotFollowed() throws IOException {
        var alice = create("alice", Optional.empty());
        host().authorizedKeys().ensure(alice, List.of(), false);
        host().authorizedKeys().ensure(alice, List.of(KEY), false);
        var file = host().files().path("/home/alice/.ssh/authorized_keys");
        var secret = host().files().path("/home/secret");
        Files.move(file, secret);
        Files.createSymbolicLink(file, secret);

        assertThatThrownBy(() -> host().authorizedKeys().ensure(alice, List.of(OTHER), false))
                .isInstanceOf(IOException.class);
        assertThat(secret).hasContent(KEY.line());
    }

    @Test
    void homeThatOthersCanWriteIsRefused() throws IOException {
        var alice = create("alice", Optional.empty());
        chmod(host().files().path("/home/alice"), "rwxrwxr-x");

        assertThatThrownBy(() -> host().authorizedKeys().ensure(alice, List.of(KEY), false))
                .hasMessageContaining("can be written by others");
    }

    @Test
    void bootAndInstallationHaveNames() {
        assertThat(host().bootId()).hasSize(36);
        assertThat(host().machineId()).matches("[0-9a-f]{32}");
    }

    @Test
    void ownProgramRunsAndUnknownOneDoesNot() {
        assertThat(host().run(Command.of(program())).succeeded()).isTrue();
        assertThat(host().run(Command.of("/bin/no-such-program")).ending())
                .isInstanceOf(Ending.NotStarted.class);
        assertThat(host().tool("no-such-program")).isEmpty();
        assertThat(host().tool("../etc/passwd")).isEmpty();
    }

    User create(String name, Optional<Long> uid) throws IOException {
        var accounts = host().accounts();
        accounts.createGroup(name);
        accounts.createUser(new NewUser(name, uid, name, "Alice", "/home/" + name, "/bin/sh"));
        return accounts.user(name).orElseThrow();
    }

    static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    static void chmod(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
