package io.muster.node;

import io.muster.config.ConfigException;
import io.muster.config.FileGuard;
import io.muster.journal.Disk;
import io.muster.node.time.Challenge;
import io.muster.security.OwnCertificate;
import io.muster.security.SecurityFileException;
import io.muster.security.TrustStore;
import io.muster.threads.Resignation;
import io.muster.threads.Threads;
import io.muster.threads.Watchdog;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * {@code muster agent helper}: the part of a node agent that is root and not on the network. Not
 * for people: systemd starts it when the node agent calls.
 */
final class HelperMain {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The nonces that are out would go with the process. */
    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private static final Duration STOPPING = Duration.ofSeconds(20);

    private HelperMain() {}

    /** Until it is idle or told to stop; the process's exit status. */
    static int run(AgentConfig config, Logger log) throws IOException {
        var socket =
                config.helper()
                        .orElseThrow(
                                () ->
                                        new ConfigException(
                                                "no helper is wanted: set helper ="
                                                        + " /run/muster/helper.sock"));
        var state = config.helperState();
        FileGuard.forThisProcess().trusted(state);
        var own = OwnCertificate.in(state);
        var trust = TrustStore.load(state.resolve("trust.pem"));
        tellOfSealing(own, log);
        var host =
                Machine.host(
                        config, Machine.runner(state), () -> System.exit(AgentMain.SANDBOX_REBOOT));
        var clock = InstantSource.system();
        var node = Machine.node(config, host, AgentMain.version(), clock);
        var random = new SecureRandom();
        var desk =
                new HelperDesk(
                        new Grounds.Soil(
                                own.identity(),
                                trust,
                                own::attributes,
                                config.limits(),
                                state,
                                new PolicyFile(
                                        config.policy(),
                                        new LocalFacts(own::attributes, config.facts(), clock),
                                        node.actions(),
                                        log),
                                config.challenge()
                                        ? Optional.of(own.time(clock, trust))
                                        : Optional.empty(),
                                clock,
                                random,
                                log,
                                Disk.REAL,
                                Threads.REAL),
                        node,
                        config.lists(),
                        own,
                        challenge(config, random));
        var helper = new RootHelper(desk, Set.copyOf(List.of("root", config.user())), log);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(desk), "stop"));
        Watchdog.watch(new Resignation(log, _ -> end()));
        var given = System.inheritedChannel();
        if (given instanceof ServerSocketChannel door) {
            log.log(Level.INFO, () -> "ready for " + config.user() + ", on a socket of systemd's");
            helper.serve(door, config.challenge() ? FOR_EVER : PATIENCE, new Company());
            return 0;
        }
        try (var door = listen(socket)) {
            log.log(Level.INFO, () -> "ready for " + config.user() + ", on " + socket);
            helper.serve(door, FOR_EVER, () -> false);
        }
        return 0;
    }

    /** It is started again with the next question, as after any end. */
    private static void end() {
        Resignation.haltAfter(STOPPING);
        System.exit(Resignation.STATUS);
    }

    private static void stop(HelperDesk desk) {
        desk.finish();
        desk.close();
    }

    private static Challenge challenge(AgentConfig config, SecureRandom random) {
        return config.challenge()
                ? Challenge.with(random, System::nanoTime, config.announcing().every(), () -> {})
                : Challenge.none();
    }

    /** Without that key it works, and refuses whatever has secrets in it. */
    private static void tellOfSealing(OwnCertificate own, Logger log) {
        try {
            var _ = own.sealing();
        } catch (SecurityFileException e) {
            log.log(Level.ERROR, () -> String.valueOf(e.getMessage()));
        }
    }

    /** Without systemd. Who may ask is checked for each caller in any case. */
    private static ServerSocketChannel listen(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            door.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            return door;
        } catch (IOException e) {
            door.close();
            throw e;
        }
    }

    /**
     * Whether something that an action left running is still there: systemd would end it with this
     * process.
     */
    private static final class Company implements BooleanSupplier {
        private static final Path GROUPS = Path.of("/sys/fs/cgroup");

        @Override
        public boolean getAsBoolean() {
            try {
                for (var line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                    if (line.startsWith("0::/")) {
                        var processes = GROUPS.resolve(line.substring(4)).resolve("cgroup.procs");
                        return Files.readAllLines(processes).size() > 1;
                    }
                }
            } catch (IOException e) {
                return false;
            }
            return false;
        }
    }
}
