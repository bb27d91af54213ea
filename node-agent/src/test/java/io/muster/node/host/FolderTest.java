package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Somebody swaps files under the hands of root, again and again, and gains nothing. */
class FolderTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int TRIES = 3_000;

    @TempDir private Path directory;
    private Path theirs;
    private Path pipe;
    private final AtomicBoolean stop = new AtomicBoolean();
    private Thread attacker = new Thread(() -> {});

    /** What the attacker does over and over. */
    private interface Attack {
        void once() throws IOException;
    }

    @BeforeEach
    void makeThem() throws IOException, InterruptedException {
        theirs = Files.createDirectory(directory.resolve("theirs"));
        pipe = directory.resolve("pipe");
        var made = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
        assertThat(made.waitFor()).isZero();
    }

    @AfterEach
    void stop() throws InterruptedException {
        stop.set(true);
        attacker.join();
    }

    private void attack(Attack attack) {
        attacker =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!stop.get()) {
                                        try {
                                            attack.once();
                                        } catch (IOException _) {
                                            Thread.onSpinWait();
                                        }
                                    }
                                });
    }

    /** Puts another name of that file in place of what is there, in one step. */
    private void put(Path file, Path place) throws IOException {
        var link = directory.resolve("link");
        Files.deleteIfExists(link);
        Files.createLink(link, file);
        Files.move(link, place, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aPipeInPlaceOfAFileStopsNobody() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "text");
        var place = theirs.resolve("keys");
        put(file, place);
        attack(
                () -> {
                    put(pipe, place);
                    put(file, place);
                });
        var read = 0;
        // Not closed if this fails: closing would wait for who waits inside.
        var folder = Folder.open(theirs, false);
        for (int i = 0; i < TRIES; i++) {
            var text = assertTimeoutPreemptively(LIMIT, () -> readOrNot(folder));
            read += text.isPresent() ? 1 : 0;
        }
        folder.close();
        assertThat(read).isPositive();
    }

    private static Optional<String> readOrNot(Folder folder) {
        try {
            return folder.readWithoutWaiting("keys", 100).filter(text -> text.equals("text"));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Test
    void aPipeOrALinkInPlaceOfADirectoryLeadsNobodyAnywhere() throws IOException {
        var place = Files.createDirectory(theirs.resolve("ssh"));
        var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        var mine = Files.readAttributes(place, "unix:ino").get("ino");
        var parked = theirs.resolve("parked");
        attack(
                () -> {
                    Files.move(place, parked, StandardCopyOption.ATOMIC_MOVE);
                    Files.createLink(place, pipe);
                    Files.delete(place);
                    Files.createSymbolicLink(place, elsewhere);
                    Files.delete(place);
                    Files.move(parked, place, StandardCopyOption.ATOMIC_MOVE);
                });
        var opened = 0;
        var folder = Folder.open(theirs, false);
        for (int i = 0; i < TRIES; i++) {
            var key = assertTimeoutPreemptively(LIMIT, () -> openOrNot(folder));
            key.ifPresent(found -> assertThat(found).endsWith("ino=" + mine + ")"));
            opened += key.isPresent() ? 1 : 0;
        }
        folder.close();
        assertThat(opened).isPositive();
    }

    private static Optional<String> openOrNot(Folder folder) {
        try (var child = folder.child("ssh")) {
            return Optional.of(String.valueOf(child.status().fileKey()));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    @Test
    void nothingIsMadeWhereTheUserCouldPutAPipeInItsPlace() throws IOException {
        var user = new User("bob", 1000, 1000, "", "/theirs", "/bin/sh");
        var owner = Owner.of(theirs);
        var keys = new AuthorizedKeys(new Tree(directory, false), _ -> owner);
        var one = List.of(KeyLine.parse(SshKeys.ed25519(1, "one")));
        var two = List.of(KeyLine.parse(SshKeys.ed25519(2, "two")));
        keys.ensure(user, one, false);
        var ssh = theirs.resolve(".ssh");
        attack(
                () -> {
                    try (var files = Files.newDirectoryStream(ssh, ".muster*")) {
                        for (var file : files) {
                            put(pipe, file);
                        }
                    }
                });
        for (int i = 0; i < 300; i++) {
            var wanted = i % 2 == 0 ? two : one;
            var done = assertTimeoutPreemptively(LIMIT, () -> keys.ensure(user, wanted, false));
            assertThat(done).hasSize(1);
        }
        assertThat(ssh.resolve("authorized_keys")).hasContent(one.getFirst().line());
        try (var left = Files.list(theirs)) {
            assertThat(left).containsExactly(ssh);
        }
    }
}
