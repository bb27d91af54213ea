package io.muster.node.audit;

import io.muster.action.ActionSpec;
import io.muster.message.Bytes;
import io.muster.message.Json;
import io.muster.message.Value;
import io.muster.message.Value.Fields;
import io.muster.security.Hmac;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The arguments of a request as the audit log shows them: of a secret only that it was given, and a
 * digest under a key that never leaves the node, by which two uses of the same secret can be told
 * to be the same and nobody can try secrets out. What no spec knows may be a secret.
 */
public final class ShownArguments {
    private static final int KEY_BYTES = 32;
    private static final int LONGEST = 4 * 1024;

    private final Bytes key;

    private ShownArguments(Bytes key) {
        this.key = key;
    }

    /**
     * With the key in that file; with one for this life alone if it can neither be read nor made,
     * for then the log cannot be written either.
     */
    public static ShownArguments with(Path file, RandomGenerator random) {
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                var kept = Bytes.wrap(Files.readAllBytes(file));
                if (kept.length() == KEY_BYTES) {
                    return new ShownArguments(kept);
                }
            }
            var fresh = fresh(random);
            keep(file, fresh);
            return new ShownArguments(fresh);
        } catch (IOException _) {
            return new ShownArguments(fresh(random));
        }
    }

    /** Not forced to the disk: one that a power failure takes is as good as another. */
    private static void keep(Path file, Bytes key) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, key.view());
    }

    private static Bytes fresh(RandomGenerator random) {
        var bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    /**
     * The arguments as they may be seen.
     *
     * @param spec says which are secret; absent if nobody knows
     */
    public Fields of(Fields arguments, Optional<ActionSpec> spec) {
        if (arguments.members().isEmpty()) {
            return arguments;
        }
        var shown = new LinkedHashMap<>(arguments.members());
        shown.replaceAll((name, value) -> open(name, spec) ? brief(value) : keyed(value));
        var all = new Fields(shown);
        return Json.write(all).length() <= LONGEST
                ? all
                : Fields.EMPTY.with("too-long", digest(arguments));
    }

    private static boolean open(String name, Optional<ActionSpec> spec) {
        return spec.flatMap(known -> known.input(name))
                .filter(input -> !input.secret())
                .isPresent();
    }

    /** What is long is told by its digest: it is no secret, and is to be found again. */
    private static Value brief(Value value) {
        var bytes = Json.write(Fields.EMPTY.with("value", value));
        return bytes.length() <= LONGEST / 4
                ? value
                : Value.of("sha256:" + bytes.sha256().hex() + " of " + bytes.length() + " bytes");
    }

    private Value keyed(Value value) {
        return Value.of(digest(Fields.EMPTY.with("value", value)));
    }

    private String digest(Fields of) {
        return "hmac-sha256:" + Hmac.sha256(key, Json.write(of)).hex();
    }
}
