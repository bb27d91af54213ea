package io.muster.hub.registry.redis;

import static org.awaitility.Awaitility.await;

import io.muster.message.Endpoint;
import io.muster.message.Role;
import io.muster.security.Pem;
import io.muster.security.TestFleet;
import io.muster.testing.Needed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real Redis on this machine, with a password and TLS; it can be stopped and started again. */
public final class RedisServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    public static final String PASSWORD = "correct-horse-battery-staple";

    private final Path directory;
    private final int port;
    private final boolean tls;
    private Optional<Process> process = Optional.empty();

    private RedisServer(Path directory, int port, boolean tls) {
        this.directory = directory;
        this.port = port;
        this.tls = tls;
    }

    /** Starts one that keeps nothing over a restart; TLS if there is a fleet to vouch for it. */
    public static RedisServer start(Path directory, Optional<TestFleet> authority)
            throws IOException {
        Needed.that(Files.isExecutable(PROGRAM), "redis-server");
        Files.createDirectories(directory);
        var server = new RedisServer(directory, freePort(), authority.isPresent());
        if (authority.isPresent()) {
            var broker = authority.get().broker();
            var trust = authority.get().trust();
            var chain =
                    Pem.certificate(broker.certificate())
                            + Pem.certificate(trust.issuer(Role.BROKER));
            Files.writeString(directory.resolve("redis.crt"), chain);
            Files.writeString(directory.resolve("redis.key"), Pem.key(broker.key()));
            Files.writeString(directory.resolve("ca.pem"), Pem.certificate(trust.root()));
        }
        server.secret("password", PASSWORD + "\n");
        server.again();
        return server;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void secret(String name, String text) throws IOException {
        var file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Starts it again where it was, empty. */
    public void again() throws IOException {
        var settings = new ArrayList<String>();
        settings.add("bind 127.0.0.1");
        settings.add("dir " + directory);
        settings.add("requirepass " + PASSWORD);
        settings.add("save \"\"");
        settings.add("appendonly no");
        if (tls) {
            settings.add("port 0");
            settings.add("tls-port " + port);
            settings.add("tls-cert-file " + directory.resolve("redis.crt"));
            settings.add("tls-key-file " + directory.resolve("redis.key"));
            settings.add("tls-ca-cert-file " + directory.resolve("ca.pem"));
            settings.add("tls-auth-clients no");
            settings.add("tls-protocols \"TLSv1.3\"");
        } else {
            settings.add("port " + port);
        }
        secret("redis.conf", String.join("\n", settings) + "\n");
        process =
                Optional.of(
                        new ProcessBuilder(
                                        PROGRAM.toString(),
                                        directory.resolve("redis.conf").toString())
                                .redirectErrorStream(true)
                                .redirectOutput(directory.resolve("redis.log").toFile())
                                .start());
        await().atMost(LIMIT)
                .until(
                        () ->
                                Files.readString(directory.resolve("redis.log"))
                                        .contains("Ready to accept connections"));
    }

    /** Ends it at once. */
    public void stop() {
        process.ifPresent(
                p -> {
                    p.destroyForcibly();
                    await().atMost(LIMIT).until(() -> p.waitFor(1, TimeUnit.SECONDS));
                });
        process = Optional.empty();
    }

    /** How a hub gets there. */
    public RedisPlace place() {
        return new RedisPlace(
                new Endpoint("localhost", port),
                Optional.empty(),
                Optional.of(directory.resolve("password")),
                tls ? Optional.of(directory.resolve("ca.pem")) : Optional.empty(),
                RedisPlace.PREFIX);
    }

    /** The same with other files. */
    RedisPlace place(Path password, Path authorities) {
        return new RedisPlace(
                new Endpoint("localhost", port),
                Optional.empty(),
                Optional.of(password),
                Optional.of(authorities),
                RedisPlace.PREFIX);
    }

    /** What somebody with the password does. */
    void does(String... words) throws IOException {
        try (var connection = RedisConnection.open(place(), LIMIT, System::nanoTime)) {
            connection.call(RedisConnection.Command.of(words));
        }
    }

    /** Who stored what since it was empty: the hub's name for each announcement that it kept. */
    public List<String> hubsInNews(String fleet) throws IOException {
        var hubs = new ArrayList<String>();
        try (var connection = RedisConnection.open(place(), LIMIT, System::nanoTime)) {
            var all =
                    connection.call(
                            RedisConnection.Command.of(
                                    "XRANGE", place().prefix() + ":" + fleet + ":news", "-", "+"));
            for (var item : Stored.items(all)) {
                hubs.add(Stored.text(Stored.items(Stored.items(item).get(1)).get(3)));
            }
        }
        return hubs;
    }

    /** Many of that. */
    void does(List<RedisConnection.Command> commands) throws IOException {
        try (var connection = RedisConnection.open(place(), LIMIT, System::nanoTime)) {
            connection.all(commands, (_, _) -> {});
        }
    }

    @Override
    public void close() {
        stop();
    }
}
