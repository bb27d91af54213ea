package io.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;

class KeyLockTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir private Path temporary;

    private static Passphrase passphrase(String text) {
        return Passphrase.of(text.toCharArray());
    }

    private Path file(String text, String mode) throws IOException {
        var file = temporary.resolve("some.key");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    @Test
    void theRightPassphraseOpensAKeyAndNoOtherDoes() throws IOException {
        var key = Ed25519Key.generate(RANDOM);
        var text = Pem.key(key, passphrase("Weißwurst & Senf"), RANDOM);
        var file = file(text, "rw-------");
        var asked = new ArrayList<Path>();
        var opened =
                Pem.key(
                        file,
                        which -> {
                            asked.add(which);
                            return passphrase("Weißwurst & Senf");
                        });
        assertThat(opened.publicKey()).isEqualTo(key.publicKey());
        assertThat(asked).containsExactly(file);
        assertThat(Pem.locked(file)).isTrue();
        assertThatThrownBy(() -> Pem.key(file, _ -> passphrase("Weisswurst & Senf")))
                .hasMessage(file + ": another passphrase, or a damaged file");
        assertThatThrownBy(() -> Pem.key(file)).hasMessageContaining("protected by a passphrase");
    }

    @Test
    void theKeyIsNotInTheFile() {
        var key = Ed25519Key.generate(RANDOM);
        var locked = KeyLock.lock(key, passphrase("correct horse"), RANDOM);
        var seed = key.pkcs8().hex().substring(32);
        assertThat(locked.hex()).doesNotContain(seed);
        assertThat(KeyLock.lock(key, passphrase("correct horse"), RANDOM)).isNotEqualTo(locked);
    }

    @Test
    void everyAlteredByteIsNoticed() {
        var locked = KeyLock.lock(Ed25519Key.generate(RANDOM), passphrase("correct horse"), RANDOM);
        for (int i = 0; i < locked.length(); i += 7) {
            var altered = locked.toArray();
            altered[i] ^= 1;
            assertThatThrownBy(() -> KeyLock.open(Bytes.wrap(altered), passphrase("correct horse")))
                    .as("byte " + i)
                    .isInstanceOf(SecurityFileException.class);
        }
    }

    @Property(tries = 200)
    void anyBytesAreRefused(@ForAll @Size(max = 1500) byte[] bytes) {
        assertThatThrownBy(() -> KeyLock.open(Bytes.wrap(bytes), passphrase("x")))
                .isInstanceOf(SecurityFileException.class);
    }

    @Test
    void aPassphraseIsTheFirstLineOfAFileThatNobodyElseReads() throws IOException {
        assertThat(
                        Passphrase.read(file("correct horse\nand more", "rw-------"))
                                .same(passphrase("correct horse")))
                .isTrue();
        var open = file("correct horse", "rw-r--r--");
        assertThatThrownBy(() -> Passphrase.read(open)).hasMessageContaining(open + " is readable");
        var empty = file("\n", "rw-------");
        assertThatThrownBy(() -> Passphrase.read(empty)).hasMessageContaining("of 0 characters");
    }
}
