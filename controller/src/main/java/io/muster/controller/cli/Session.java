package io.muster.controller.cli;

import io.muster.controller.ControllerConfig;
import io.muster.controller.Fleet;
import io.muster.controller.ask.Caller;
import io.muster.controller.discovery.BroadcastDiscovery;
import io.muster.controller.discovery.Discovery;
import io.muster.controller.discovery.FileDiscovery;
import io.muster.controller.discovery.NodesFile;
import io.muster.controller.discovery.PresenceDiscovery;
import io.muster.controller.discovery.Search;
import io.muster.controller.discovery.Targets;
import io.muster.message.Collective;
import io.muster.message.MalformedException;
import io.muster.message.Role;
import io.muster.security.Credentials;
import io.muster.security.SecurityFileException;
import io.muster.transport.Transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** One command's connection to its fleet. */
final class Session implements AutoCloseable {
    private static final String OPERATOR = "operator";

    private final Surroundings around;
    private final ControllerConfig config;
    private final Transport transport;
    private final Caller caller;
    private final Fleet fleet;
    private final RandomGenerator random;

    private Session(
            Surroundings around,
            ControllerConfig config,
            Transport transport,
            Caller caller,
            RandomGenerator random) {
        this.around = around;
        this.config = config;
        this.transport = transport;
        this.caller = caller;
        this.fleet = new Fleet(caller);
        this.random = random;
    }

    /**
     * Reads configuration and keys, connects and subscribes the inbox.
     *
     * @throws RuntimeException of the part that cannot be used, with a message for the operator
     */
    static Session open(
            Surroundings around, CommonOptions options, Optional<Collective> collective) {
        var config = new ConfigFile(around, options).read();
        var credentials = credentials(config, around);
        var random = around.random().get();
        var process = new byte[8];
        random.nextBytes(process);
        var transport =
                around.connector().connect(config, credentials, HexFormat.of().formatHex(process));
        try {
            var caller =
                    new Caller(
                            transport,
                            credentials,
                            collective.orElse(config.collective()),
                            around.clock(),
                            random);
            return new Session(around, config, transport, caller, random);
        } catch (RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    /**
     * The operator's keys, checked.
     *
     * @throws SecurityFileException if they cannot be used, or would not be believed
     */
    static Credentials credentials(ControllerConfig config, Surroundings around) {
        var directory = config.credentials();
        if (Files.notExists(directory.resolve("trust.pem"))
                && Files.notExists(directory.resolve(OPERATOR + ".key"))) {
            throw new SecurityFileException(
                    directory
                            + ": no operator's keys here; `muster ca operator` on the machine of"
                            + " the authority makes them");
        }
        var credentials = Credentials.load(directory, OPERATOR);
        var identity = credentials.identity();
        if (identity.role() != Role.OPERATOR) {
            throw new SecurityFileException(
                    directory.resolve(OPERATOR + ".crt")
                            + ": is of "
                            + identity.brief()
                            + ", and only an operator may ask");
        }
        credentials
                .flaw(around.clock().instant())
                .ifPresent(
                        flaw -> {
                            throw new SecurityFileException(
                                    directory.resolve(OPERATOR + ".crt")
                                            + ": "
                                            + flaw
                                            + "; nobody will believe it: have a new one made");
                        });
        config.fleet()
                .filter(fleet -> !fleet.equals(identity.fleet()))
                .ifPresent(
                        fleet -> {
                            throw new SecurityFileException(
                                    directory
                                            + ": keys of the fleet "
                                            + identity.fleet()
                                            + ", and the configuration says "
                                            + fleet);
                        });
        return credentials;
    }

    Fleet fleet() {
        return fleet;
    }

    Caller caller() {
        return caller;
    }

    ControllerConfig config() {
        return config;
    }

    /** Who is looked for. */
    Search search(TargetOptions options) {
        var search = Search.of(options.filter());
        return options.nodes().map(file -> search.among(names(file))).orElse(search);
    }

    /** Finds them, and keeps as many as are wanted. */
    Targets find(TargetOptions options) throws InterruptedException {
        var found = fleet.find(discovery(options), Search.of(options.filter()));
        return options.choose(found, random);
    }

    private Discovery discovery(TargetOptions options) {
        var patience = config.patience();
        var method = options.discovery().orElse(config.method());
        Discovery discovery =
                switch (method) {
                    case PRESENCE ->
                            new PresenceDiscovery(
                                    caller,
                                    patience,
                                    new BroadcastDiscovery(caller, patience, false));
                    case BROADCAST -> new BroadcastDiscovery(caller, patience, true);
                };
        var inner = discovery;
        return options.nodes()
                .<Discovery>map(file -> new FileDiscovery(names(file), inner))
                .orElse(discovery);
    }

    private List<String> names(String file) {
        try {
            var source = file.equals("-") ? "standard input" : file;
            var bytes =
                    file.equals("-")
                            ? around.in().readAllBytes()
                            : Files.readAllBytes(around.directory().resolve(file));
            return NodesFile.read(source, new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UsageException("--nodes " + file + ": cannot be read: " + e);
        } catch (MalformedException e) {
            throw new UsageException("--nodes " + e.problem());
        }
    }

    /** Closes the connection in good order, also when the thread is interrupted. */
    @Override
    public void close() {
        var interrupted = Thread.interrupted();
        try {
            caller.close();
        } finally {
            transport.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
