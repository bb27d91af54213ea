package io.muster.hub.registry.redis;

import io.muster.config.FileGuard;
import io.muster.message.Endpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a Redis is, and how to get in.
 *
 * @param server host and port
 * @param user of Redis; absent for its default user
 * @param password a file that holds it; absent if it wants none
 * @param authorities a PEM file of those who may vouch for the server; absent for one on this
 *     machine, without TLS
 * @param prefix the beginning of all keys
 */
public record RedisPlace(
        Endpoint server,
        Optional<String> user,
        Optional<Path> password,
        Optional<Path> authorities,
        String prefix) {
    /** The beginning of all keys unless told otherwise. */
    public static final String PREFIX = "muster";

    /** Where a Redis listens unless told otherwise. */
    public static final int PORT = 6379;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._-]{0,63}");
    private static final Pattern HERE = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1");
    private static final int LONGEST_PASSWORD = 1_024;

    public RedisPlace {
        if (user.isPresent() && password.isEmpty()) {
            throw new IllegalArgumentException("a user of Redis needs a password: redis-password");
        }
        if (authorities.isEmpty() && !HERE.matcher(server.host()).matches()) {
            throw new IllegalArgumentException(
                    "a Redis on another machine needs TLS, or its password and the fleet's facts"
                            + " would travel in clear: name with redis-ca the PEM file of the"
                            + " authority that vouches for it");
        }
    }

    /**
     * Reads the beginning of keys, or a user of Redis.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not 1 to 64 letters, digits, colons, dots, hyphens and underscores");
        }
        return text;
    }

    /**
     * What the file holds now, without the end of its line.
     *
     * @throws IOException if it cannot be read, or holds no password
     * @throws io.muster.config.ConfigException if others may read it
     */
    Optional<String> readPassword() throws IOException {
        if (password.isEmpty()) {
            return Optional.empty();
        }
        var file = FileGuard.forThisProcess().secret(password.get());
        if (Files.size(file) > LONGEST_PASSWORD) {
            throw new IOException(file + ": too long for a password");
        }
        var text = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw new IOException(file + ": holds no password");
        }
        return Optional.of(text);
    }
}
