package io.muster.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.message.Bytes;
import io.muster.message.MalformedException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class KeyLineTest {
    private static final String GOOD = SshKeys.ed25519(7, "alice@laptop");

    @Test
    void soundKeyIsReadAndWrittenBack() {
        var key = KeyLine.parse(GOOD);

        assertThat(key.type()).isEqualTo("ssh-ed25519");
        assertThat(key.comment()).isEqualTo("alice@laptop");
        assertThat(key.line()).isEqualTo(GOOD);
    }

    @Test
    void everyAcceptedTypeHasItsOwnShape() {
        var point = SshKeys.filled(65, 4);
        var modulus = SshKeys.filled(257, 0xc5);
        modulus[0] = 0;
        for (var line :
                new String[] {
                    "ssh-rsa " + SshKeys.blob("ssh-rsa", new byte[] {1, 0, 1}, modulus),
                    "ecdsa-sha2-nistp256 "
                            + SshKeys.blob("ecdsa-sha2-nistp256", text("nistp256"), point),
                    "sk-ssh-ed25519@openssh.com "
                            + SshKeys.blob(
                                    "sk-ssh-ed25519@openssh.com",
                                    SshKeys.filled(32, 1),
                                    text("ssh:")),
                    "sk-ecdsa-sha2-nistp256@openssh.com "
                            + SshKeys.blob(
                                    "sk-ecdsa-sha2-nistp256@openssh.com",
                                    text("nistp256"),
                                    point,
                                    text("ssh:")),
                }) {
            assertThat(KeyLine.parse(line).line()).isEqualTo(line);
        }
    }

    @Test
    void keyOfAnotherTypeInsideIsRefused() {
        var blob = SshKeys.blob("ssh-rsa", SshKeys.filled(32, 1));

        assertThatThrownBy(() -> KeyLine.parse("ssh-ed25519 " + blob))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("another type");
    }

    @Test
    void shortRsaKeyIsRefused() {
        var modulus = SshKeys.filled(129, 0xc5);
        modulus[0] = 0;
        var line = "ssh-rsa " + SshKeys.blob("ssh-rsa", new byte[] {1, 0, 1}, modulus);

        assertThatThrownBy(() -> KeyLine.parse(line)).hasMessageContaining("2048");
    }

    @Test
    void ed25519KeyOfAnotherLengthIsRefused() {
        var line = "ssh-ed25519 " + SshKeys.blob("ssh-ed25519", SshKeys.filled(31, 1));

        assertThatThrownBy(() -> KeyLine.parse(line)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ssh-ed25519",
                "ssh-ed25519 ",
                "ssh-ed25519 AAAA",
                "ssh-ed25519 not*base64",
                "-----BEGIN OPENSSH PRIVATE KEY-----",
                "no-pty ssh-ed25519 AAAA"
            })
    void whatIsNoKeyIsRefused(String line) {
        assertThatThrownBy(() -> KeyLine.parse(line)).isInstanceOf(MalformedException.class);
    }

    @Test
    void optionsInFrontAreRefused() {
        assertThatThrownBy(() -> KeyLine.parse("command=\"sh\" " + GOOD))
                .hasMessageContaining("options are not allowed");
    }

    @Test
    void secondLineIsRefused() {
        assertThatThrownBy(() -> KeyLine.parse(GOOD + "\n" + SshKeys.ed25519(8, "")))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void blobIsFoundBehindOptionsButNotWithinThem() {
        var mine = KeyLine.parse(GOOD).blob();
        var other = KeyLine.parse(SshKeys.ed25519(8, "")).blob();

        assertThat(KeyLine.blob("from=\"10.0.0.1\",no-pty " + GOOD)).contains(mine);
        assertThat(KeyLine.blob("command=\"x ssh-ed25519 " + mine + " \" ssh-ed25519 " + other))
                .contains(other);
        assertThat(KeyLine.blob("# " + GOOD)).isEmpty();
        assertThat(KeyLine.blob("")).isEmpty();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Property
    void keyWithAnyByteChangedInItsHeadIsRefused(
            @ForAll @IntRange(min = 0, max = 18) int at,
            @ForAll @IntRange(min = 1, max = 255) int by) {
        var bytes = Bytes.base64(KeyLine.parse(GOOD).blob()).toArray();
        bytes[at] ^= (byte) by;
        var line = "ssh-ed25519 " + Bytes.wrap(bytes).base64();

        assertThatThrownBy(() -> KeyLine.parse(line)).isInstanceOf(MalformedException.class);
    }

    @Property
    void anyTextIsReadOrRefusedAsMalformed(@ForAll String text) {
        KeyLine.blob(text);
        try {
            assertThat(KeyLine.parse(text).line()).isEqualTo(text);
        } catch (MalformedException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }
}
