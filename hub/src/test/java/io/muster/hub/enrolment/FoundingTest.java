package io.muster.hub.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Endpoint;
import io.muster.message.Role;
import io.muster.security.Credentials;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class FoundingTest {
    @TempDir private Path temporary;

    private Path home() {
        return temporary.resolve("ca");
    }

    private static Map<String, FileTime> snapshot(Path directory) throws IOException {
        var all = new TreeMap<String, FileTime>();
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                all.put(file.toString(), Files.getLastModifiedTime(file));
            }
        }
        return all;
    }

    @Test
    void whatHubAndBrokerShowIsRenewedWhileItIsInUse() {
        var fleet = TestAuthority.found(home());
        var authority = fleet.open();
        for (var role : List.of(Role.HUB, Role.BROKER)) {
            fleet.now = TestAuthority.NOON;
            var held = authority.server(role);
            var first = held.certificate();
            fleet.now = TestAuthority.NOON.plus(Duration.ofDays(44));
            assertThat(authority.renew(held)).isFalse();
            fleet.now = TestAuthority.NOON.plus(Duration.ofDays(46));
            assertThat(authority.renew(held)).isTrue();
            assertThat(held.certificate()).isNotEqualTo(first);
            assertThat(held.flaw(TestAuthority.NOON.plus(Duration.ofDays(100)))).isEmpty();
            assertThat(authority.server(role).certificate()).isEqualTo(held.certificate());
            assertThat(authority.renew(held)).isFalse();
        }
    }

    @Test
    void anAuthorityHasRootIssuersAndServersThatTrustEachOther() {
        var authority = TestAuthority.found(home()).open();
        assertThat(authority.trust().fleet()).isEqualTo("test");
        for (var role : new Role[] {Role.HUB, Role.BROKER}) {
            var server = authority.server(role);
            assertThat(server.identity().role()).isEqualTo(role);
            assertThat(server.flaw(TestAuthority.NOON)).isEmpty();
        }
        assertThat(authority.config()).isEqualTo(TestAuthority.config());
    }

    @Test
    void onlyTheOwnerCanEnterAndReadTheKeys() throws IOException {
        TestAuthority.found(home());
        try (var all = Files.walk(home())) {
            assertThat(all)
                    .allSatisfy(
                            path -> {
                                var mode =
                                        PosixFilePermissions.toString(
                                                Files.getPosixFilePermissions(path));
                                if (Files.isDirectory(path)) {
                                    assertThat(mode).as("%s", path).isEqualTo("rwx------");
                                } else if (path.toString().endsWith(".key")) {
                                    assertThat(mode).as("%s", path).isEqualTo("rw-------");
                                }
                            })
                    .anyMatch(path -> path.endsWith("root/root.key"))
                    .anyMatch(path -> path.endsWith("operators/operators.key"))
                    .anyMatch(path -> path.endsWith("nodes/nodes.key"))
                    .anyMatch(path -> path.endsWith("hub/hub.key"))
                    .anyMatch(path -> path.endsWith("hub/broker.key"));
        }
    }

    @Test
    void aSecondFoundingChangesNothing() throws IOException {
        TestAuthority.found(home());
        var before = snapshot(temporary);
        assertThatThrownBy(() -> TestAuthority.found(home()))
                .isInstanceOf(AuthorityException.class)
                .hasMessage(
                        home()
                                + " holds the authority of the fleet test already;"
                                + " nothing was changed");
        assertThat(snapshot(temporary)).isEqualTo(before);
    }

    @Test
    void aDirectoryWithSomethingElseIsLeftAlone() throws IOException {
        Files.createDirectories(home());
        Files.writeString(home().resolve("thesis.tex"), "x");
        assertThatThrownBy(() -> TestAuthority.found(home()))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("not empty");
        assertThat(snapshot(home())).hasSize(1);
    }

    @Test
    void anEmptyDirectoryIsFine() throws IOException {
        Files.createDirectories(home());
        assertThat(TestAuthority.found(home()).open().trust().fleet()).isEqualTo("test");
    }

    @Test
    void whatACrashInTheMiddleLeftIsReplaced() throws IOException {
        var left = temporary.resolve("ca.incomplete");
        Files.createDirectories(left.resolve("root"));
        Files.writeString(left.resolve("lock"), "");
        Files.writeString(left.resolve("root/root.key"), "half a key");
        TestAuthority.found(home()).open();
        assertThat(left).doesNotExist();
        assertThat(home().resolve("lock")).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() {
        var nowhere = Path.of("/proc/muster/ca");
        assertThatThrownBy(() -> TestAuthority.found(nowhere))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("/proc/muster")
                .hasMessageContaining("--dir");
    }

    @Test
    void withoutRootAndOperatorsTheHubStillSigns() throws IOException {
        var authority = TestAuthority.found(home());
        Files.move(home().resolve("root"), temporary.resolve("root-on-a-stick"));
        Files.move(home().resolve("operators"), temporary.resolve("operators-on-a-stick"));
        assertThat(authority.open().server(Role.HUB).flaw(TestAuthority.NOON)).isEmpty();
        assertThatThrownBy(() -> Operators.open(home(), authority.random, () -> authority.now))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("operators is not here");
    }

    @Test
    void serversAreRenewedPastHalfOfTheirLifeWithTheSameKey() {
        var authority = TestAuthority.found(home());
        var first = authority.open().server(Role.BROKER);
        authority.now = TestAuthority.NOON.plus(Duration.ofDays(30));
        assertThat(authority.open().server(Role.BROKER).certificate())
                .isEqualTo(first.certificate());
        authority.now = TestAuthority.NOON.plus(Duration.ofDays(60));
        var second = authority.open().server(Role.BROKER);
        assertThat(second.key().publicKey()).isEqualTo(first.key().publicKey());
        assertThat(second.flaw(TestAuthority.NOON.plus(Duration.ofDays(140)))).isEmpty();
        assertThat(Credentials.load(home().resolve("hub"), "broker").certificate())
                .isEqualTo(second.certificate());
    }

    @Test
    void serversThatNobodyWouldBelieveAreNotUsed() {
        var authority = TestAuthority.found(home());
        authority.now = TestAuthority.NOON.minus(Duration.ofDays(1));
        assertThatThrownBy(() -> authority.open().server(Role.BROKER))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("the certificate of the broker")
                .hasMessageContaining("is this machine's clock right?");
    }

    @Test
    void operatorsGetTheirFilesAndLaterANewCertificateForTheSameKey() throws IOException {
        var authority = TestAuthority.found(home());
        var out = temporary.resolve("alice");
        var operators = Operators.open(home(), authority.random, () -> authority.now);
        var broker = Endpoint.parse("hub.example.org:61617");
        var first = operators.issue("alice", Duration.ofDays(7), out, broker);
        assertThat(Credentials.load(out, "operator").identity().brief())
                .isEqualTo("operator/alice");
        assertThat(out.resolve("controller.conf")).content().contains("hub.example.org:61617");
        assertThat(first.flaw(TestAuthority.NOON.plus(Duration.ofDays(7))))
                .contains("expired on 2026-11-27T12:00:00Z");
        Files.writeString(out.resolve("controller.conf"), "# mine");
        authority.now = TestAuthority.NOON.plus(Duration.ofDays(6));
        operators.issue("alice", Duration.ofHours(36), out, broker);
        var second = Credentials.load(out, "operator");
        assertThat(second.key().publicKey()).isEqualTo(first.key().publicKey());
        assertThat(second.flaw(TestAuthority.NOON.plus(Duration.ofDays(7)))).isEmpty();
        assertThat(out.resolve("controller.conf")).content().isEqualTo("# mine");
        assertThat(home().resolve("operators/issued")).isDirectoryContaining("glob:**alice.*.crt");
    }

    @Test
    void anotherOperatorsDirectoryIsLeftAlone() throws IOException {
        var authority = TestAuthority.found(home());
        var out = temporary.resolve("alice");
        var operators = Operators.open(home(), authority.random, () -> authority.now);
        var broker = Endpoint.parse("hub:61617");
        operators.issue("alice", Duration.ofDays(7), out, broker);
        var before = snapshot(out);
        assertThatThrownBy(() -> operators.issue("bob", Duration.ofDays(7), out, broker))
                .isInstanceOf(AuthorityException.class)
                .hasMessageContaining("holds the credentials of muster://test/operator/alice");
        assertThat(snapshot(out)).isEqualTo(before);
    }
}
