package io.muster.node.host;

import io.muster.message.Bytes;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Public keys in OpenSSH's form, sound outside and meaningless inside. */
public final class SshKeys {
    private SshKeys() {}

    /** An Ed25519 key; other {@code seed}, other key. */
    public static String ed25519(int seed, String comment) {
        return ("ssh-ed25519 " + blob("ssh-ed25519", filled(32, seed)) + " " + comment).strip();
    }

    static String blob(String type, byte[]... parts) {
        var all = new ArrayList<>(List.of(type.getBytes(StandardCharsets.US_ASCII)));
        all.addAll(List.of(parts));
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (var part : all) {
                out.writeInt(part.length);
                out.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Bytes.wrap(bytes.toByteArray()).base64();
    }

    static byte[] filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
