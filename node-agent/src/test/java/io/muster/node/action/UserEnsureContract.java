package io.muster.node.action;

import static io.muster.node.action.Trial.list;
import static io.muster.node.action.Trial.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.message.Outcome;
import io.muster.message.Reason;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.node.host.Host;
import io.muster.node.host.SshKeys;
import io.muster.security.PasswordHash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** What {@code user.ensure} does on a machine without users of its own. */
abstract class UserEnsureContract {
    private static final String KEY = SshKeys.ed25519(1, "alice@laptop");
    private static final String OTHER = SshKeys.ed25519(2, "alice@desk");

    private static final Fields ALICE =
            Fields.EMPTY
                    .with("name", "alice")
                    .with("group", "people")
                    .with("groups", Value.texts(List.of("ops", "web")))
                    .with("shell", "/bin/sh")
                    .with("comment", "Alice A.")
                    .with("keys", Value.texts(List.of(KEY)));

    abstract Host host();

    private Outcome ensure(Fields arguments) throws IOException {
        return Trial.on(host()).run("user.ensure", arguments);
    }

    @Test
    void userIsMadeAsAskedAndTheSecondTimeNothingChanges() throws IOException {
        var first = ensure(ALICE);

        assertThat(first).isInstanceOf(Outcome.Changed.class);
        assertThat(list(first, "changes"))
                .containsExactly(
                        "group people: made",
                        "user alice: made, with home /home/alice",
                        "group ops: made",
                        "group web: made",
                        "groups of alice: ops, web",
                        "/home/alice/.ssh: made",
                        "/home/alice/.ssh/authorized_keys: 1 keys added, 0 removed");
        var alice = host().accounts().user("alice").orElseThrow();
        assertThat(text(first, "uid")).isEqualTo(Long.toString(alice.uid()));
        assertThat(alice.shell()).isEqualTo("/bin/sh");
        assertThat(alice.comment()).isEqualTo("Alice A.");
        assertThat(host().accounts().group(alice.gid()).orElseThrow().name()).isEqualTo("people");

        var second = ensure(ALICE);
        assertThat(second).isInstanceOf(Outcome.Ok.class);
        assertThat(list(second, "changes")).isEmpty();
        assertThat(second.message()).isEqualTo("user alice is so already");
    }

    @Test
    void nameAloneIsEnough() throws IOException {
        assertThat(ensure(Fields.EMPTY.with("name", "bob"))).isInstanceOf(Outcome.Changed.class);

        var bob = host().accounts().user("bob").orElseThrow();
        assertThat(bob.home()).isEqualTo("/home/bob");
        assertThat(host().accounts().group(bob.gid()).orElseThrow().name()).isEqualTo("bob");
        assertThat(ensure(Fields.EMPTY.with("name", "bob"))).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void dryRunTellsTheSameAndChangesNothing() throws IOException {
        var told = Trial.on(host()).run("user.ensure", ALICE, true);

        assertThat(told).isInstanceOf(Outcome.Changed.class);
        assertThat(list(told, "changes")).hasSize(6);
        assertThat(host().accounts().user("alice")).isEmpty();
        assertThat(host().accounts().group("people")).isEmpty();
        assertThat(host().files().path("/home/alice")).doesNotExist();
    }

    @Test
    void onlyWhatDiffersIsChanged() throws IOException {
        ensure(ALICE);

        var outcome =
                ensure(
                        ALICE.with("groups", Value.texts(List.of("web")))
                                .with("keys", Value.texts(List.of(OTHER))));

        assertThat(outcome).isInstanceOf(Outcome.Changed.class);
        assertThat(list(outcome, "changes"))
                .containsExactly(
                        "groups of alice: web",
                        "/home/alice/.ssh/authorized_keys: 1 keys added, 1 removed");
        assertThat(host().files().path("/home/alice/.ssh/authorized_keys")).hasContent(OTHER);
    }

    @Test
    void aPasswordIsSetOnceAndReadBack() throws IOException {
        var wanted = ALICE.with("password", "correct horse battery");

        var told = Trial.on(host()).run("user.ensure", wanted, true);
        assertThat(list(told, "changes")).contains("password of alice: set");
        assertThat(list(ensure(wanted), "changes")).contains("password of alice: set");

        var hash = host().accounts().passwordHash("alice").orElseThrow();
        assertThat(PasswordHash.fits("correct horse battery", hash)).isTrue();
        assertThat(ensure(wanted)).isInstanceOf(Outcome.Ok.class);
        assertThat(host().accounts().passwordHash("alice")).contains(hash);

        assertThat(ensure(ALICE)).isInstanceOf(Outcome.Ok.class);
        assertThat(list(ensure(ALICE.with("password", "another one")), "changes"))
                .containsExactly("password of alice: set");
        var other = host().accounts().passwordHash("alice").orElseThrow();
        assertThat(PasswordHash.fits("another one", other)).isTrue();
    }

    @Test
    void aUserMadeWithoutAPasswordHasNone() throws IOException {
        ensure(ALICE);
        assertThat(host().accounts().passwordHash("alice")).isEmpty();
    }

    @Test
    void passwordHashesAreForNobodysEyes() throws IOException {
        ensure(ALICE.with("password", "correct horse battery"));
        var mode = Files.getPosixFilePermissions(host().files().path("/etc/shadow"));
        assertThat(PosixFilePermissions.toString(mode)).endsWith("---");
    }

    @Test
    void absentInputsLeaveThingsAsTheyAre() throws IOException {
        ensure(ALICE);

        assertThat(ensure(Fields.EMPTY.with("name", "alice"))).isInstanceOf(Outcome.Ok.class);
        assertThat(host().accounts().memberships("alice")).containsExactly("ops", "web");
        assertThat(host().files().path("/home/alice/.ssh/authorized_keys")).hasContent(KEY);
    }

    @Test
    void conflictsAreToldTogetherAndNothingChanges() throws IOException {
        ensure(ALICE);

        var outcome =
                ensure(
                        ALICE.with("uid", 4321)
                                .with("shell", "/bin/bash")
                                .with("home", "/home/alicia")
                                .with("group", "web")
                                .with("keys", Value.texts(List.of(OTHER))));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).code()).isEqualTo("conflict");
        assertThat(outcome.message())
                .contains("uid '", "not '4321'", "shell '/bin/sh'", "home '/home/alice'")
                .contains("group 'people', not 'web'");
        assertThat(host().files().path("/home/alice/.ssh/authorized_keys")).hasContent(KEY);
    }

    @Test
    void takenUidIsAConflict() throws IOException {
        ensure(Fields.EMPTY.with("name", "bob").with("uid", 1234));

        var outcome = ensure(ALICE.with("uid", 1234));

        assertThat(outcome.message()).isEqualTo("uid 1234 belongs to bob");
        assertThat(host().accounts().user("alice")).isEmpty();
        assertThat(host().accounts().group("people")).isEmpty();
    }

    @Test
    void unknownShellIsAConflict() throws IOException {
        assertThat(ensure(ALICE.with("shell", "/bin/no-shell")).message())
                .isEqualTo("/bin/no-shell is not in /etc/shells");
        assertThat(host().accounts().user("alice")).isEmpty();
    }

    @Test
    void existingDirectoryIsNobodysNewHome() throws IOException {
        Files.createDirectories(host().files().path("/home/alice"));

        assertThat(ensure(ALICE).message()).isEqualTo("/home/alice exists already");
        assertThat(host().accounts().user("alice")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "nobody", "muster"})
    void usersOfTheSystemAreRefused(String name) throws IOException {
        assertThat(ensure(Fields.EMPTY.with("name", name)))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.INVALID_INPUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "shadow", "disk"})
    void groupsThatMakeOneRootAreRefused(String group) throws IOException {
        assertThat(ensure(ALICE.with("group", group))).isInstanceOf(Outcome.Refused.class);
        assertThat(ensure(ALICE.with("groups", Value.texts(List.of(group)))))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(host().accounts().user("alice")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sudo", "wheel", "docker", "lxd", "libvirt", "adm", "staff"})
    void groupsThatMakeOneRootInAnotherWayAreRefused(String group) throws IOException {
        var outcome = ensure(ALICE.with("groups", Value.texts(List.of("web", group))));
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(outcome.message()).contains(group, "user-groups", "agent.conf");
        assertThat(ensure(ALICE.with("group", group))).isInstanceOf(Outcome.Refused.class);
        assertThat(host().accounts().user("alice")).isEmpty();
    }

    @Test
    void aPrivilegedGroupThatTheNodeAllowsIsGivenAndNoOther() throws IOException {
        var lenient = Trial.on(host(), Set.of("wheel"));
        assertThat(
                        lenient.run(
                                "user.ensure",
                                ALICE.with("groups", Value.texts(List.of("docker", "wheel")))))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(lenient.run("user.ensure", ALICE.with("groups", Value.texts(List.of("wheel")))))
                .isInstanceOf(Outcome.Changed.class);
        assertThat(host().accounts().memberships("alice")).containsExactly("wheel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/root", "/home", "/home/a/b", "/etc/cron.d"})
    void homeElsewhereIsRefused(String home) throws IOException {
        assertThat(ensure(ALICE.with("home", home))).isInstanceOf(Outcome.Refused.class);
        assertThat(host().accounts().user("alice")).isEmpty();
    }

    @Test
    void damagedKeyIsRefused() throws IOException {
        var outcome = ensure(ALICE.with("keys", Value.texts(List.of("ssh-ed25519 AAAA"))));

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(outcome.message()).contains("not an ssh key");
        assertThat(host().accounts().user("alice")).isEmpty();
    }

    @Test
    void linkedKeyFolderFailsAndWritesNowhere() throws IOException {
        ensure(Fields.EMPTY.with("name", "alice").with("group", "people"));
        var elsewhere = Files.createDirectories(host().files().path("/home/elsewhere"));
        Files.createSymbolicLink(host().files().path("/home/alice/.ssh"), elsewhere);

        var outcome =
                ensure(Fields.EMPTY.with("name", "alice").with("keys", Value.texts(List.of(KEY))));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(outcome.message()).contains("symbolic link");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void homeIsNotForEverybodysEyes() throws IOException {
        ensure(ALICE);

        var home = host().files().path("/home/alice");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                .isEqualTo("rwxr-x---");
    }
}
